using System.Collections.Concurrent;
using Cluster.Storage.Archive.Age;
using Cluster.Storage.Archive.Chain;
using Cluster.Storage.Archive.Layout;
using Cluster.Storage.Archive.Stores;

namespace Cluster.Storage.Archive.Verify;

public sealed record ArchiveVerifyOptions
{
    public RetryPolicy Retries { get; init; } = new();

    /// <summary>Needed for what is encrypted; without one its hashes are compared and nothing more.</summary>
    public IReadOnlyList<AgeIdentity> Identities { get; init; } = [];

    /// <summary>False: hashes only, also of what is not encrypted.</summary>
    public bool Decode { get; init; } = true;

    /// <summary>Objects read at once.</summary>
    public int Parallel { get; init; } = 4;
}

/// <param name="Findings">Empty for a sound archive.</param>
/// <param name="Shards">What the objects that can be used add up to.</param>
/// <param name="Objects">How many were looked at.</param>
/// <param name="Bytes">As stored, read.</param>
/// <param name="HashesOnly">So many objects were not decoded.</param>
public sealed record ArchiveVerification(IReadOnlyList<ArchiveFinding> Findings, IReadOnlyList<ShardChains> Shards, int Objects, long Bytes, int HashesOnly)
{
    /// <summary>Nothing that was to be there is missing or changed.</summary>
    public bool IsSound => Findings.All(static finding => finding.IsNotice);
}

/// <summary>
/// Reads an archive as a restore would and changes nothing: every byte's hash, the chain of digests, and the contents as far as they can be decoded. What it does not report
/// can be restored; what it reports is named. An archive that is written or thinned out meanwhile may show objects that come or go: run again.
/// </summary>
public static class ArchiveVerifier
{
    public static async Task<ArchiveVerification> VerifyAsync(IObjectStore store, ArchiveRoot root, ArchiveVerifyOptions options, CancellationToken cancellation = default)
    {
        var catalog = await ArchiveCatalog.ReadAsync(store, root, options.Retries, cancellation).ConfigureAwait(false);
        var check = new ObjectCheck(store, root, options);
        var found = new ConcurrentQueue<(ArchiveFinding Finding, ArchiveObject Object)>();
        await Parallel.ForEachAsync(
            catalog.Objects.Where(catalog.IsUsable),
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallel, CancellationToken = cancellation },
            async (value, token) =>
            {
                foreach (var finding in await check.RunAsync(value, token).ConfigureAwait(false))
                    found.Enqueue((finding, value));
            }).ConfigureAwait(false);

        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in catalog.Objects.SelectMany(static value => value.Files))
            hashes.TryAdd(file.Sha256, file.Name);
        foreach (var (finding, value) in found.OrderBy(static item => item.Finding.Name, StringComparer.Ordinal))
            catalog.Report(Explain(finding, check.HashOf(finding.Name), hashes), value);

        List<ArchiveFinding> findings = [.. catalog.Findings, .. catalog.ChainFindings()];
        return new ArchiveVerification(findings, [.. catalog.Shards.Select(catalog.Chains)], catalog.Objects.Count, check.Bytes, check.HashesOnly);
    }

    /// <summary>A file with another's content was swapped or copied over: that is worth knowing.</summary>
    private static ArchiveFinding Explain(ArchiveFinding finding, string? hash, Dictionary<string, string> hashes) =>
        finding.Kind == ArchiveFindingKind.Changed && hash is not null && hashes.TryGetValue(hash, out var other) && other != finding.Name
            ? finding with { Text = $"{finding.Text}; it has the content of {other}" }
            : finding;
}
