using Cluster.Storage.Archive.Layout;

namespace Cluster.Storage.Archive.Verify;

/// <summary>Which archive in a store.</summary>
/// <param name="Prefix">Empty or any path.</param>
/// <param name="Cluster">Its id.</param>
/// <param name="Generation">Recovery generation: an operator's unsafe recovery begins a new history, in a folder of its own.</param>
public sealed record ArchiveRoot(string Prefix, Guid Cluster, long Generation)
{
    /// <summary>With a slash at its end.</summary>
    public string Path { get; } = ArchiveNames.Root(Prefix, Cluster, Generation);
}
