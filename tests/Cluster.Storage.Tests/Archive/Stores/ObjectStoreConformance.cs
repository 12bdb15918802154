using Cluster.Storage.Archive.Stores;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Stores;

/// <summary>What every object store must do (O1 to O6 of <see cref="IObjectStore"/>). A kind of store derives, and says how to open an empty one.</summary>
public abstract class ObjectStoreConformance
{
    private static readonly RetryPolicy Fast = new() { Delay = TimeSpan.FromMilliseconds(1), DelayMax = TimeSpan.FromMilliseconds(5) };

    /// <summary>Longer than a part of a store that sends objects in parts.</summary>
    protected virtual int LargeBytes => 700_000;

    protected async Task AllAsync(IObjectStore store)
    {
        await Objects_do_not_come_back_as_they_went(store);
        await Listings_leave_something_out(store);
        await A_content_that_is_not_as_announced_is_published(store);
        await A_condition_is_not_held(store);
        await Writers_of_one_name_both_win(store);
        await A_name_leads_out_of_the_store(store);
    }

    private async Task Objects_do_not_come_back_as_they_went(IObjectStore store)
    {
        var random = new Random(1);
        foreach (var length in new[] { 0, 1, 5000, LargeBytes })
        {
            var bytes = ArchiveSamples.Bytes(random, length);
            var name = $"round/trip-{length}";
            Assert.Null(await store.FindAsync(name));
            Assert.Equal(ObjectStoreProblem.NotFound, (await Assert.ThrowsAsync<ObjectStoreException>(() => store.OpenAsync(name))).Problem);
            var put = await store.PutAsync(name, ObjectContent.FromBytes(bytes), PutCondition.None);
            Assert.True(put.Written);
            var found = await store.FindAsync(name);
            Assert.Equal((name, (long)length, put.Tag), (found!.Name, found.Bytes, found.Tag));
            Assert.Equal(bytes, await ReadAsync(store, name));
            foreach (var offset in new[] { 1, length / 2, length })
            {
                if (offset > length)
                    continue;
                await using var part = await store.OpenAsync(name, offset);
                var rest = new MemoryStream();
                await part.Content.CopyToAsync(rest);
                Assert.Equal(bytes[offset..], rest.ToArray());
            }

            Assert.Equal(ObjectStoreProblem.Invalid, (await Assert.ThrowsAsync<ObjectStoreException>(() => store.OpenAsync(name, length + 1))).Problem);
            await store.PutAsync(name, ObjectContent.FromBytes([7]), PutCondition.None);
            Assert.Equal([7], await ReadAsync(store, name));
            await store.DeleteAsync(name);
            await store.DeleteAsync(name);
            Assert.Null(await store.FindAsync(name));
        }
    }

    private static async Task Listings_leave_something_out(IObjectStore store)
    {
        string[] names = ["list/a-b/c", "list/a.b", "list/a/b", "list/a0", "list/shard-1/x", "list/shard-10/x", "list/shard-2/x"];
        foreach (var name in names.Reverse())
            await store.PutAsync(name, ObjectContent.FromBytes([1, 2, 3]), PutCondition.None);
        foreach (var prefix in new[] { "list/", "list/a", "list/shard-1", "list/shard-1/", "list/none" })
            Assert.Equal(names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)), await NamesAsync(store, prefix));
        await store.DeleteAsync("list/a0");
        Assert.DoesNotContain("list/a0", await NamesAsync(store, ""));
    }

    private static async Task A_content_that_is_not_as_announced_is_published(IObjectStore store)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(path, new byte[1000]);
            var announced = ObjectContent.FromBytes(new byte[1000]);
            await File.WriteAllBytesAsync(path, [.. new byte[999], 1]);
            var error = await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("other", ObjectContent.FromFile(path, 1000, announced.Sha256), PutCondition.None));
            Assert.Equal(ObjectStoreProblem.Mismatch, error.Problem);
            await File.WriteAllBytesAsync(path, new byte[999]);
            await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("other", ObjectContent.FromFile(path, 1000, announced.Sha256), PutCondition.None));
            Assert.Null(await store.FindAsync("other"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task A_condition_is_not_held(IObjectStore store)
    {
        if (!store.Protections.Creates)
        {
            Assert.Equal(ObjectStoreProblem.Unsupported, (await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("if", ObjectContent.FromBytes([1]), PutCondition.IfAbsent))).Problem);
            Assert.Contains(store.Protections.Missing, static line => line.Contains("overwrite", StringComparison.Ordinal));
        }
        else
        {
            Assert.True((await store.PutAsync("if", ObjectContent.FromBytes([1]), PutCondition.IfAbsent)).Written);
            Assert.False((await store.PutAsync("if", ObjectContent.FromBytes([2]), PutCondition.IfAbsent)).Written);
            Assert.Equal([1], await ReadAsync(store, "if"));
        }

        var first = await store.PutAsync("tag", ObjectContent.FromBytes([1]), PutCondition.None);
        if (!store.Protections.Replaces)
        {
            Assert.Equal(ObjectStoreProblem.Unsupported, (await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync("tag", ObjectContent.FromBytes([2]), PutCondition.IfTag(first.Tag!)))).Problem);
            Assert.Contains(store.Protections.Missing, static line => line.Contains("lease", StringComparison.Ordinal));
            return;
        }

        var second = await store.PutAsync("tag", ObjectContent.FromBytes([2]), PutCondition.IfTag(first.Tag!));
        Assert.True(second.Written);
        Assert.False((await store.PutAsync("tag", ObjectContent.FromBytes([3]), PutCondition.IfTag(first.Tag!))).Written);
        Assert.False((await store.PutAsync("tag-none", ObjectContent.FromBytes([3]), PutCondition.IfTag(first.Tag!))).Written);
        Assert.Equal([2], await ReadAsync(store, "tag"));
        Assert.Equal(second.Tag, (await store.FindAsync("tag"))!.Tag);
    }

    private static async Task Writers_of_one_name_both_win(IObjectStore store)
    {
        if (store.Protections.Creates)
        {
            var created = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.PutAsync("race/create", ObjectContent.FromBytes([(byte)i]), PutCondition.IfAbsent)));
            var winner = Assert.Single(Enumerable.Range(0, 8), i => created[i].Written);
            Assert.Equal([(byte)winner], await ReadAsync(store, "race/create"));
        }

        if (store.Protections.Replaces)
        {
            var old = await store.PutAsync("race/replace", ObjectContent.FromBytes([99]), PutCondition.None);
            var replaced = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => store.PutAsync("race/replace", ObjectContent.FromBytes([(byte)i]), PutCondition.IfTag(old.Tag!))));
            var winner = Assert.Single(Enumerable.Range(0, 8), i => replaced[i].Written);
            Assert.Equal([(byte)winner], await ReadAsync(store, "race/replace"));
        }
    }

    private static async Task A_name_leads_out_of_the_store(IObjectStore store)
    {
        foreach (var name in new[] { "", "/", "/a", "a/", "a//b", "..", "a/../b", ".hidden", "a/.hidden", "a b", "a\\b", "a\0", "ä", new string('a', 201), string.Join('/', Enumerable.Repeat(new string('a', 100), 10)) })
        {
            Assert.Equal(ObjectStoreProblem.Invalid, (await Assert.ThrowsAsync<ObjectStoreException>(() => store.PutAsync(name, ObjectContent.FromBytes([1]), PutCondition.None))).Problem);
            await Assert.ThrowsAsync<ObjectStoreException>(() => store.OpenAsync(name));
            await Assert.ThrowsAsync<ObjectStoreException>(() => store.DeleteAsync(name));
        }

        await Assert.ThrowsAsync<ObjectStoreException>(() => NamesAsync(store, "../"));
    }

    private static Task<byte[]> ReadAsync(IObjectStore store, string name) => ObjectTransfer.ReadAsync(store, name, 64 << 20, Fast);

    private static async Task<List<string>> NamesAsync(IObjectStore store, string prefix)
    {
        var names = new List<string>();
        await foreach (var item in store.ListAsync(prefix))
            names.Add(item.Name);
        names.Sort(StringComparer.Ordinal);
        return names;
    }
}
