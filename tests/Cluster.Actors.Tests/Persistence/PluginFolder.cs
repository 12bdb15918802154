namespace Cluster.Actors.Tests.Persistence;

/// <summary>A temporary folder, and the configuration that puts both plugins into it.</summary>
internal sealed class PluginFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("persistence-").FullName;

    public string Journal => System.IO.Path.Combine(Path, "journal");

    public string Snapshots => System.IO.Path.Combine(Path, "snapshots");

    public string Settings => SettingsWith("");

    public string SettingsWith(string lines) => SettingsAt(Path, lines);

    /// <summary>The lines go into both sections.</summary>
    public static string SettingsAt(string folder, string lines) => $$"""
        akka.persistence {
          journal.plugin = cluster.persistence.journal
          snapshot-store.plugin = cluster.persistence.snapshot-store
          # A busy machine is no failing disk.
          journal-plugin-fallback { recovery-event-timeout = 120s, circuit-breaker.call-timeout = 120s }
          snapshot-store-plugin-fallback.circuit-breaker.call-timeout = 120s
        }
        cluster.persistence.journal {
          class = "Cluster.Actors.Persistence.DurableJournal, Cluster.Actors"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          folder = "{{folder}}/journal"
          {{lines}}
        }
        cluster.persistence.snapshot-store {
          class = "Cluster.Actors.Persistence.DurableSnapshotStore, Cluster.Actors"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          folder = "{{folder}}/snapshots"
          {{lines}}
        }

        """;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
