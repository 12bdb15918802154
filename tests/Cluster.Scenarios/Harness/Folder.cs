namespace Cluster.Scenarios.Harness;

/// <summary>A folder of this test run's own, gone afterwards.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory($"cluster-scenarios-{Environment.ProcessId}-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
