using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Persistence.Snapshot;

/// <summary>One file for each snapshot, in one folder. A file is complete or has another name: it is written as .tmp, then renamed.</summary>
public class LocalSnapshotStore : SnapshotStore
{
    private readonly string _folder;
    private readonly int _maxLoadAttempts;
    private readonly MessageDispatcher _streams;
    private readonly Akka.Serialization.Serialization _serialization;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    // Being saved now: not complete yet, so not to be loaded.
    private readonly HashSet<SnapshotMetadata> _saving = new();

    /// <summary>Made by the system; reads the plugin's section.</summary>
    public LocalSnapshotStore()
    {
        Config config = Akka.Persistence.Persistence.Instance.Apply(Context.System).ConfigOfPlugin(Self, isJournal: false)
            .SafeWithFallback(Context.System.Settings.Config.GetConfig("akka.persistence.snapshot-store.local"));
        _folder = Path.GetFullPath(config.GetString("dir", "snapshots"));
        _maxLoadAttempts = config.GetInt("max-load-attempts", 3);
        _streams = Context.System.Dispatchers.Lookup(config.GetString("stream-dispatcher"));
        _serialization = Context.System.Serialization;
    }

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Directory.CreateDirectory(_folder);
        base.PreStart();
    }

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) => OnStreams(() =>
    {
        List<SnapshotMetadata> found = Find(persistenceId, criteria);
        found.Sort(SnapshotMetadata.Comparer);
        int last = Math.Max(0, found.Count - _maxLoadAttempts);
        for (int i = found.Count - 1; i >= last; i--)
        {
            try
            {
                byte[] bytes = File.ReadAllBytes(PathOf(found[i]));
                Serialization.Snapshot snapshot = (Serialization.Snapshot)_serialization
                    .FindSerializerForType(typeof(Serialization.Snapshot)).FromBinary(bytes, typeof(Serialization.Snapshot));
                return new SelectedSnapshot(found[i], snapshot.Data);
            }
            catch (Exception e) when (i > last)
            {
                _log.Error(e, "Error loading snapshot [{0}], remaining attempts: [{1}]", found[i], i - last);
            }
        }

        return null;
    });

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        lock (_saving) _saving.Add(metadata);
        return OnStreams<object>(() =>
        {
            try
            {
                Save(metadata, snapshot);
                return null;
            }
            finally
            {
                lock (_saving) _saving.Remove(metadata);
            }
        });
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata) => OnStreams<object>(() =>
    {
        lock (_saving) _saving.Remove(metadata);
        if (metadata.Timestamp != DateTime.MinValue)
        {
            File.Delete(PathOf(metadata));
            return null;
        }

        foreach (SnapshotMetadata saved in Find(metadata.PersistenceId, SnapshotSelectionCriteria.Latest))
            if (saved.SequenceNr == metadata.SequenceNr) File.Delete(PathOf(saved));
        return null;
    });

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => OnStreams<object>(() =>
    {
        foreach (SnapshotMetadata saved in Find(persistenceId, criteria)) File.Delete(PathOf(saved));
        return null;
    });

    /// <summary>Writes the file of a snapshot.</summary>
    protected virtual void Save(SnapshotMetadata metadata, object snapshot)
    {
        FileInfo written = WithOutputStream(metadata, stream => Serialize(stream, new Serialization.Snapshot(snapshot)));
        written.MoveTo(GetSnapshotFileForWrite(metadata).FullName, overwrite: true);
    }

    /// <summary>Writes a snapshot to a stream.</summary>
    protected void Serialize(Stream stream, Serialization.Snapshot snapshot)
    {
        Akka.Serialization.Serializer serializer = _serialization.FindSerializerFor(snapshot);
        byte[] bytes = Akka.Serialization.Serialization.WithTransport(
            _serialization.System, (serializer, snapshot), static state => state.serializer.ToBinary(state.snapshot));
        stream.Write(bytes);
    }

    /// <summary>Writes a file under its temporary name.</summary>
    protected FileInfo WithOutputStream(SnapshotMetadata metadata, Action<Stream> p)
    {
        FileInfo file = GetSnapshotFileForWrite(metadata, ".tmp");
        using FileStream stream = file.Create();
        p(stream);
        stream.Flush(flushToDisk: true);
        return file;
    }

    /// <summary>The file of a snapshot.</summary>
    protected FileInfo GetSnapshotFileForWrite(SnapshotMetadata metadata, string extension = "") => new(PathOf(metadata) + extension);

    private string PathOf(SnapshotMetadata metadata) => Path.Combine(_folder, LocalSnapshotName.Of(metadata));

    private List<SnapshotMetadata> Find(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        List<SnapshotMetadata> found = new();
        foreach (string path in Directory.EnumerateFiles(_folder, LocalSnapshotName.Prefix(persistenceId) + "*"))
        {
            if (!LocalSnapshotName.TryParse(Path.GetFileName(path), persistenceId, out SnapshotMetadata metadata)) continue;
            if (!criteria.IsMatch(metadata.SequenceNr, metadata.Timestamp)) continue;
            lock (_saving)
                if (_saving.Contains(metadata)) continue;
            found.Add(metadata);
        }

        return found;
    }

    private Task<T> OnStreams<T>(Func<T> work)
    {
        TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _streams.Schedule(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }
}
