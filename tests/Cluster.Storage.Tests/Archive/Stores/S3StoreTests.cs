using Cluster.Storage.Archive.Stores;
using Xunit;

namespace Cluster.Storage.Tests.Archive.Stores;

public sealed class S3StoreTests(S3Servers servers) : ObjectStoreConformance, IClassFixture<S3Servers>
{
    private static readonly RetryPolicy Fast = new() { Attempts = 6, Delay = TimeSpan.FromMilliseconds(1), DelayMax = TimeSpan.FromMilliseconds(20) };

    protected override int LargeBytes => (2 << 20) + 1;

    [S3Fact]
    public async Task The_server_is_no_store_or_its_missing_protections_are_not_told()
    {
        var server = servers.Get();
        await using var store = await S3ObjectStore.OpenAsync(Options(server.Endpoint));
        Assert.Equal(new StoreProtections(Creates: false, Replaces: false, ChecksUploads: true, ListsAfterWrites: true), store.Protections);
        Assert.Equal(2, store.Protections.Missing.Count);
        Assert.DoesNotContain(S3Server.Key, store.Address, StringComparison.Ordinal);
        await AllAsync(store);
        await foreach (var item in store.ListAsync(""))
            Assert.DoesNotContain("probe", item.Name, StringComparison.Ordinal);
    }

    [S3Fact]
    public async Task A_server_with_conditions_that_fails_now_and_then_is_no_store()
    {
        var server = servers.Get();
        using var proxy = new S3Proxy(server.Endpoint, conditions: true);
        await using var s3 = await S3ObjectStore.OpenAsync(Options(proxy.Endpoint));
        Assert.Equal(StoreProtections.All, s3.Protections);
        await AllAsync(s3);

        var calls = 0;
        proxy.Fault = (method, _) => (Interlocked.Increment(ref calls) % 4, calls / 4 % 3) switch
        {
            (0, 0) => S3Fault.Error,
            (0, 1) => method is "GET" ? S3Fault.Truncated : S3Fault.LostAnswer,
            (0, _) => method is "PUT" ? S3Fault.WrongTag : S3Fault.Error,
            _ => S3Fault.None,
        };
        var store = new RetryingObjectStore(s3, Fast);
        var random = new Random(2);
        for (var i = 0; i < 6; i++)
        {
            var bytes = ArchiveSamples.Bytes(random, random.Next(20_000));
            Assert.True((await store.PutAsync($"faults/{i:d2}", ObjectContent.FromBytes(bytes), PutCondition.IfAbsent)).Written);
            Assert.Equal(bytes, await ObjectTransfer.ReadAsync(store, $"faults/{i:d2}", 1 << 20, Fast));
        }

        var large = ArchiveSamples.Bytes(random, LargeBytes);
        await store.PutAsync("faults/large", ObjectContent.FromBytes(large), PutCondition.None);
        Assert.Equal(large, await ObjectTransfer.ReadAsync(store, "faults/large", 64 << 20, Fast));
        var names = new List<string>();
        await foreach (var item in store.ListAsync("faults/"))
            names.Add(item.Name);
        Assert.Equal(7, names.Count);
    }

    [S3Fact]
    public async Task Wrong_credentials_a_missing_bucket_and_nobody_there_are_one_error()
    {
        var server = servers.Get();
        Assert.Equal(ObjectStoreProblem.Denied, (await ErrorAsync(Options(server.Endpoint) with { AccessKey = "nobody" })).Problem);
        Assert.Equal(ObjectStoreProblem.Invalid, (await ErrorAsync(Options(server.Endpoint) with { Bucket = "missing" })).Problem);
        Assert.Equal(ObjectStoreProblem.Unavailable, (await ErrorAsync(Options(new Uri("http://127.0.0.1:1")))).Problem);

        static async Task<ObjectStoreException> ErrorAsync(S3Options options) =>
            await Assert.ThrowsAsync<ObjectStoreException>(() => S3ObjectStore.OpenAsync(options));
    }

    private static S3Options Options(Uri endpoint) => new()
    {
        Bucket = S3Server.Bucket,
        Endpoint = endpoint,
        AccessKey = S3Server.Key,
        SecretKey = S3Server.Key,
        PartBytes = 1 << 20,
        Prefix = "archive",
        Retries = Fast,
    };
}
