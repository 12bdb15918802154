namespace Cluster.Scenarios.Harness;

/// <summary>A folder of this test run's own, gone afterwards.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory($"cluster-scenarios-{Environment.ProcessId}-").FullName;

    /// <summary>It stays, for whoever looks for a cause.</summary>
    public bool Keep { get; set; }

    public void Dispose()
    {
        if (!Keep) Directory.Delete(Path, recursive: true);
    }
}
