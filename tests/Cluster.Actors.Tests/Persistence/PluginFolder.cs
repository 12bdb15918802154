namespace Cluster.Actors.Tests.Persistence;

/// <summary>A temporary folder, and the configuration that puts both plugins into it.</summary>
internal sealed class PluginFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("persistence-").FullName;

    public string Journal => System.IO.Path.Combine(Path, "journal");

    public string Snapshots => System.IO.Path.Combine(Path, "snapshots");

    public string Settings => SettingsWith("");

    /// <summary>The lines go into both sections.</summary>
    public string SettingsWith(string lines) => $$"""
        akka.persistence {
          journal.plugin = cluster.persistence.journal
          snapshot-store.plugin = cluster.persistence.snapshot-store
        }
        cluster.persistence.journal {
          class = "Cluster.Actors.Persistence.DurableJournal, Cluster.Actors"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          folder = "{{Journal}}"
          {{lines}}
        }
        cluster.persistence.snapshot-store {
          class = "Cluster.Actors.Persistence.DurableSnapshotStore, Cluster.Actors"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          folder = "{{Snapshots}}"
          {{lines}}
        }
        """;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
