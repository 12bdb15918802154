using Cluster.Storage.Keys.DataFiles;

namespace Cluster.Storage.Keys.Merge;

/// <summary>The files that a merge replaces, as places in the directory name them.</summary>
internal sealed class MergeSources(uint lastSegment, uint[] dataFiles)
{
    /// <summary>The segments are a prefix of the log, and their numbers ascend; 0 if there are none.</summary>
    public bool Holds(uint file) => (file & DataFile.NumberFlag) == 0 ? file <= lastSegment : Array.IndexOf(dataFiles, file) >= 0;
}
