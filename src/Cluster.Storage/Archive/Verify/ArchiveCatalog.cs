using System.Collections.Concurrent;
using Cluster.Storage.Archive.Chain;
using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Stores;

namespace Cluster.Storage.Archive.Verify;

/// <summary>
/// What an archive says of itself: all its small objects, read once, compared with the listing. Nothing of the contents. Everything that does not fit is a finding
/// with its name; what a finding tells of is not used for chains, so what is left of it is either whole or a named hole.
/// </summary>
public sealed class ArchiveCatalog
{
    private const int ReadsAtOnce = 16;

    private readonly HashSet<string> _unusable = new(StringComparer.Ordinal);
    private readonly List<ArchiveFinding> _findings = [];

    private ArchiveCatalog(ArchiveRoot root) => Root = root;

    public ArchiveRoot Root { get; }

    /// <summary>By name, with those that cannot be used.</summary>
    public IReadOnlyList<ArchiveObject> Objects { get; private set; } = [];

    /// <summary>The newest; null if there is none.</summary>
    public ArchiveInfo? Info { get; private set; }

    public IReadOnlyList<ArchiveHead> Heads { get; private set; } = [];

    public IReadOnlyList<ArchiveFinding> Findings => _findings;

    /// <summary>All that must be there or are, the meta shard first.</summary>
    public IReadOnlyList<int> Shards
    {
        get
        {
            var shards = new SortedSet<int>();
            for (var shard = -1; shard < (Info?.ShardCount ?? -1); shard++)
                shards.Add(shard);
            foreach (var value in Objects)
            {
                foreach (var range in value.Ranges)
                    shards.Add(range.Shard);
            }

            return [.. shards];
        }
    }

    /// <summary>Lists and reads. Throws <see cref="ObjectStoreException"/> if the store cannot be read at all.</summary>
    public static async Task<ArchiveCatalog> ReadAsync(IObjectStore store, ArchiveRoot root, RetryPolicy policy, CancellationToken cancellation = default)
    {
        var listed = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await foreach (var item in store.ListAsync(root.Path, cancellation).ConfigureAwait(false))
            listed[item.Name[root.Path.Length..]] = item.Bytes;
        var catalog = new ArchiveCatalog(root);
        var small = new ConcurrentDictionary<string, object>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            listed.Keys.Where(static name => ArchiveNames.KindOf(name) is not (ArchiveNameKind.Data or ArchiveNameKind.Unknown)),
            new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancellation },
            async (name, token) => small[name] = await ReadOneAsync(store, root, name, policy, token).ConfigureAwait(false)).ConfigureAwait(false);
        catalog.Take(listed, small);
        return catalog;
    }

    /// <summary>What is told of an object makes it useless: chains do without it from now on.</summary>
    public void Report(ArchiveFinding finding, ArchiveObject value)
    {
        _findings.Add(finding);
        _unusable.Add(value.Name);
    }

    public bool IsUsable(ArchiveObject value) => !_unusable.Contains(value.Name);

    public ShardChains Chains(int shard) => ChainBuilder.Build(shard, Objects.Where(IsUsable), Heads);

    /// <summary>Findings of what the objects that can be used add up to, shard by shard.</summary>
    public List<ArchiveFinding> ChainFindings()
    {
        var findings = new List<ArchiveFinding>();
        if (Info is null)
            findings.Add(new(ArchiveFindingKind.Unconfirmed, Root.Path, "no object says how many shards the cluster has: one that is missing cannot be seen"));
        if (Heads.Count == 0 && Objects.Count > 0)
            findings.Add(new(ArchiveFindingKind.Unconfirmed, Root.Path, "no lease says how far the shards were archived: a missing end cannot be seen"));
        foreach (var shard in Shards)
            ShardFindings.Add(findings, Chains(shard), Heads);
        return findings;
    }

    private static async Task<object> ReadOneAsync(IObjectStore store, ArchiveRoot root, string name, RetryPolicy policy, CancellationToken cancellation)
    {
        try
        {
            var bytes = await ObjectTransfer.ReadAsync(store, root.Path + name, SealedJson.BytesMax, policy, cancellation).ConfigureAwait(false);
            return ArchiveNames.KindOf(name) switch
            {
                ArchiveNameKind.Lease => ArchiveLeaseDocument.Decode(bytes, name),
                ArchiveNameKind.Info => ArchiveInfo.Decode(bytes, name),
                _ => ArchiveObjectCodec.Decode(bytes, name),
            };
        }
        catch (ArchiveException error)
        {
            return error;
        }
        catch (ObjectStoreException error) when (error.Problem is ObjectStoreProblem.NotFound or ObjectStoreProblem.Invalid)
        {
            return new ArchiveException(name, error.Problem == ObjectStoreProblem.NotFound ? "it was listed and is not there: run again if the archive is in use" : error.Message, error);
        }
    }

    private void Take(SortedDictionary<string, long> listed, ConcurrentDictionary<string, object> small)
    {
        var objects = new List<ArchiveObject>();
        var heads = new List<ArchiveHead>();
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, bytes) in listed)
        {
            if (ArchiveNames.KindOf(name) == ArchiveNameKind.Unknown)
                _findings.Add(new(ArchiveFindingKind.Foreign, name, "this is no name of an archive's object"));
            if (!small.TryGetValue(name, out var read))
                continue;
            switch (read)
            {
                case ArchiveException error:
                    _findings.Add(new(ArchiveFindingKind.Unreadable, name, error.Reason));
                    break;
                case ArchiveLeaseDocument lease:
                    heads.AddRange(lease.Heads);
                    break;
                case ArchiveInfo info:
                    if (info.ClusterId != Root.Cluster || info.Generation != Root.Generation)
                        _findings.Add(new(ArchiveFindingKind.Misplaced, name, $"it is of cluster {info.ClusterId}, generation {info.Generation}"));
                    else if (Info is null || info.Sequence > Info.Sequence)
                        Info = info;
                    break;
                case ArchiveObject value:
                    objects.Add(value);
                    CompareFiles(value, listed, told);
                    break;
            }
        }

        foreach (var name in listed.Keys)
        {
            if (ArchiveNames.KindOf(name) == ArchiveNameKind.Data && !told.Contains(name))
                _findings.Add(new(ArchiveFindingKind.WithoutSide, name, "no side object that can be read tells of it: its upload is under way or was interrupted, or the side object is lost"));
        }

        Objects = objects;
        Heads = heads;
    }

    private void CompareFiles(ArchiveObject value, SortedDictionary<string, long> listed, HashSet<string> told)
    {
        if (value.ClusterId != Root.Cluster || value.Generation != Root.Generation)
            Report(new(ArchiveFindingKind.Misplaced, value.SideName, $"it is of cluster {value.ClusterId}, generation {value.Generation}"), value);
        foreach (var file in value.Files)
        {
            told.Add(file.Name);
            if (!listed.TryGetValue(file.Name, out var bytes))
                Report(new(ArchiveFindingKind.Missing, file.Name, $"{value.SideName} tells of it, and it is not there"), value);
            else if (bytes != file.Bytes)
                Report(new(ArchiveFindingKind.Changed, file.Name, $"it has {bytes} bytes, and should have {file.Bytes}"), value);
        }
    }
}
