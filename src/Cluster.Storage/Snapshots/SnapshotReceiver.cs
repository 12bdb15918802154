using Cluster.Storage.Files;

namespace Cluster.Storage.Snapshots;

/// <summary>
/// Receives a snapshot beside the shard's folder, chunk by chunk in order (N5). Ask the source for <see cref="Position"/> of <see cref="Snapshot"/>: after a lost
/// connection, and after a restart of the process, which forgets at most what came since the last sync. The old replica goes on meanwhile.
/// One thread at a time, one that may block. After an exception of <see cref="Accept"/> it takes nothing more; open another one.
/// </summary>
public sealed class SnapshotReceiver : IDisposable
{
    private readonly SnapshotReceiveOptions _options;
    private readonly IFileLayer _files;
    private readonly string _incoming;
    private byte[] _manifestBytes = [];
    private Guid? _snapshot;
    private SnapshotPosition _position;
    private IDataFile? _file;
    private long _bytesUnsynced;
    private bool _namesUnsynced;
    private bool _failed;

    private SnapshotReceiver(SnapshotReceiveOptions options)
    {
        _options = options;
        _files = options.Environment.Files;
        _incoming = options.Incoming;
    }

    /// <summary>Of the snapshot under way; null until its first chunk has come.</summary>
    public Guid? Snapshot => _snapshot;

    /// <summary>Null until the manifest is whole.</summary>
    public SnapshotManifest? Manifest { get; private set; }

    /// <summary>The first byte that is missing.</summary>
    public SnapshotPosition Position => _position;

    /// <summary>Everything is here and durable; it can be verified and installed.</summary>
    public bool IsComplete => Manifest is { } manifest && _position.File > manifest.Files.Count;

    /// <summary>Bytes of the stream that are here, <see cref="BytesTotal"/> when it is complete.</summary>
    public long BytesReceived { get; private set; }

    /// <summary>Bytes of the whole stream; 0 until the manifest is whole.</summary>
    public long BytesTotal { get; private set; }

    /// <summary>
    /// Goes on with what an earlier receiver has left, or is ready to begin. What cannot be resumed (no manifest, damage, another shard's) is given up: it is but
    /// a copy in the making. Throws <see cref="SnapshotException"/> (InstallPending) or <see cref="StorageFailedException"/>.
    /// </summary>
    public static SnapshotReceiver OpenOrBegin(SnapshotReceiveOptions options)
    {
        if (options.Environment.Files.FileExists(SnapshotFolder.Intent(options.Folder)))
            throw new SnapshotException(SnapshotProblem.InstallPending, SnapshotFolder.Intent(options.Folder), 0, "an earlier snapshot is being installed"); // N8
        var receiver = new SnapshotReceiver(options);
        if (!receiver.TryResume())
            receiver.Reset();
        return receiver;
    }

    /// <summary>
    /// Takes one chunk. The first chunk of another snapshot drops what is here and begins that one. Throws <see cref="SnapshotException"/> when the manifest is whole but
    /// cannot be received (Damaged, Unsupported, Foreign, NotNewer, NoSpace), and <see cref="StorageFailedException"/> when the disk fails.
    /// </summary>
    public SnapshotAcceptance Accept(ReadOnlySpan<byte> chunk)
    {
        Invariant.Check(!_failed, "a receiver that failed takes nothing more");
        if (!SnapshotChunk.TryRead(chunk, out var parsed))
            return SnapshotAcceptance.Damaged;
        _failed = true;
        var result = Take(parsed);
        _failed = false;
        return result;
    }

    /// <summary>Makes what has come durable now. Not needed: it is done every so many bytes.</summary>
    public void Sync()
    {
        if (Manifest is not null && !_failed)
            Save();
    }

    /// <summary>Gives the snapshot up and deletes what has come of it.</summary>
    public void Cancel()
    {
        CloseFile();
        Discard();
        Forget();
    }

    /// <summary>Closes the files; what has come can be resumed up to the last sync.</summary>
    public void Dispose() => CloseFile();

    private bool TryResume()
    {
        if (!_files.FolderExists(_incoming))
            return false;
        try
        {
            if (ReceiveState.LoadManifest(_files, _incoming, out var length) is not { } manifest)
                return false;
            Refuse(manifest);
            _position = ReceiveState.LoadPosition(_files, _incoming, manifest);
            _snapshot = manifest.Id;
            SetManifest(manifest, length);
        }
        catch (StorageException error) when (error is StateFileException or SnapshotException)
        {
            return false;
        }

        for (var i = 0; i < _position.File - 1; i++)
            BytesReceived += Manifest!.Files[i].Length;
        BytesReceived += _position.Offset;
        if (_position.File <= Manifest!.Files.Count)
            OpenFile();
        return true;
    }

    private SnapshotAcceptance Take(in SnapshotChunk chunk)
    {
        if (chunk.Snapshot != _snapshot)
        {
            if (chunk.Position != SnapshotPosition.Start)
                return SnapshotAcceptance.Other;
            Reset();
            _snapshot = chunk.Snapshot;
        }

        if (chunk.Position.File != _position.File || chunk.Position.Offset > _position.Offset)
            return chunk.Position < _position ? SnapshotAcceptance.Duplicate : SnapshotAcceptance.Gap;
        var known = _position.Offset - chunk.Position.Offset;
        if (known >= chunk.Content.Length)
            return SnapshotAcceptance.Duplicate;
        var content = chunk.Content[(int)known..];
        return _position.File == 0 ? TakeManifest(content) : TakeContent(content);
    }

    private SnapshotAcceptance TakeManifest(ReadOnlySpan<byte> content)
    {
        var have = (int)_position.Offset;
        if (have + content.Length > SnapshotManifestCodec.BytesMax)
            return SnapshotAcceptance.Damaged;
        if (_manifestBytes.Length < have + content.Length)
            Array.Resize(ref _manifestBytes, Math.Max(have + content.Length, 2 * _manifestBytes.Length));
        content.CopyTo(_manifestBytes.AsSpan(have));
        have += content.Length;
        if (have < SnapshotManifestCodec.PrefixBytes)
            return Advance(content.Length);
        var length = SnapshotManifestCodec.LengthOf(_manifestBytes);
        if (length == 0 || have > length)
            throw new SnapshotException(SnapshotProblem.Damaged, SnapshotFolder.ManifestName, 0, "it is no manifest");
        return have < length ? Advance(content.Length) : Begin(length);
    }

    /// <summary>The manifest is whole: from here on the transfer survives a restart.</summary>
    private SnapshotAcceptance Begin(int length)
    {
        var manifest = SnapshotManifest.Decode(_manifestBytes.AsSpan(0, length));
        if (manifest.Id != _snapshot)
            throw new SnapshotException(SnapshotProblem.Damaged, SnapshotFolder.ManifestName, 24, "it is the manifest of another snapshot");
        Refuse(manifest);
        var free = _files.FreeBytes(_options.Parent);
        if (free - _options.FreeBytesMin < manifest.FileBytes)
            throw new SnapshotException(SnapshotProblem.NoSpace, _options.Parent, 0, $"it needs {manifest.FileBytes} bytes, {free} are free, of which {_options.FreeBytesMin} must stay so");

        _files.CreateFolder(_incoming);
        _files.SyncFolder(_options.Parent);
        _options.Environment.CrashPoints.Reached("receive.folder-created");
        ReceiveState.SaveManifest(_files, _incoming, _manifestBytes.AsSpan(0, length), _options.Environment.CrashPoints);
        _manifestBytes = [];
        SetManifest(manifest, length);
        _position = new SnapshotPosition(1, 0);
        OpenFile();
        return SnapshotAcceptance.Taken;
    }

    private void Refuse(SnapshotManifest manifest)
    {
        if (manifest.ClusterId != _options.ClusterId || manifest.Shard != _options.Shard || manifest.RecoveryGeneration != _options.RecoveryGeneration)
            throw new SnapshotException(SnapshotProblem.Foreign, SnapshotFolder.ManifestName, 20, $"it is of shard {manifest.Shard}, cluster {manifest.ClusterId}, recovery generation {manifest.RecoveryGeneration}");
        if (manifest.Last <= _options.OwnCommit)
            throw new SnapshotException(SnapshotProblem.NotNewer, SnapshotFolder.ManifestName, 64, $"it ends with LSN {manifest.Last}, and {_options.OwnCommit} is committed here"); // N7
    }

    private SnapshotAcceptance TakeContent(ReadOnlySpan<byte> content)
    {
        var manifest = Manifest!;
        if (_position.File > manifest.Files.Count)
            return SnapshotAcceptance.Damaged;
        var length = manifest.Files[_position.File - 1].Length;
        if (content.Length > length - _position.Offset)
            return SnapshotAcceptance.Damaged;
        _file!.Write(_position.Offset, content);
        Advance(content.Length);
        _bytesUnsynced += content.Length;
        if (_position.Offset == length)
            EndFile(manifest);
        if (!IsComplete && _bytesUnsynced < _options.SyncBytes)
            return SnapshotAcceptance.Taken;
        Save();
        return IsComplete ? SnapshotAcceptance.Complete : SnapshotAcceptance.Taken;
    }

    private SnapshotAcceptance Advance(int bytes)
    {
        _position = _position with { Offset = _position.Offset + bytes };
        if (_position.File > 0)
            BytesReceived += bytes;
        return SnapshotAcceptance.Taken;
    }

    private void EndFile(SnapshotManifest manifest)
    {
        _file!.Sync();
        _options.Environment.CrashPoints.Reached("receive.file-synced");
        CloseFile();
        _position = new SnapshotPosition(_position.File + 1, 0);
        if (_position.File <= manifest.Files.Count)
            OpenFile();
    }

    /// <summary>The file of the position. What an earlier receiver may have written behind it was never said to be durable.</summary>
    private void OpenFile()
    {
        var path = Path.Combine(_incoming, Manifest!.Files[_position.File - 1].Name);
        if (_position.Offset == 0)
        {
            _file = _files.Open(path, FileOpening.Replace);
            _namesUnsynced = true;
            return;
        }

        _file = _files.Open(path, FileOpening.Write);
        _file.Truncate(_position.Offset);
    }

    /// <summary>In this order: bytes, names, position (N5).</summary>
    private void Save()
    {
        _file?.Sync();
        if (_namesUnsynced)
            _files.SyncFolder(_incoming);
        _namesUnsynced = false;
        _options.Environment.CrashPoints.Reached("receive.synced");
        ReceiveState.SavePosition(_files, _incoming, _snapshot!.Value, _position, _options.Environment.CrashPoints);
        _bytesUnsynced = 0;
    }

    private void SetManifest(SnapshotManifest manifest, int length)
    {
        Manifest = manifest;
        BytesTotal = length + manifest.FileBytes;
        BytesReceived = length;
    }

    private void Reset()
    {
        CloseFile();
        if (_files.FolderExists(_incoming))
            Discard();
        Forget();
    }

    private void Forget()
    {
        _snapshot = null;
        Manifest = null;
        _position = SnapshotPosition.Start;
        _manifestBytes = [];
        BytesReceived = 0;
        BytesTotal = 0;
        _bytesUnsynced = 0;
        _namesUnsynced = false;
    }

    /// <summary>The manifest first: a folder whose deletion was interrupted must not look like one to resume.</summary>
    private void Discard()
    {
        if (_files.FolderExists(_incoming))
        {
            _files.Delete(Path.Combine(_incoming, SnapshotFolder.ManifestName));
            _files.SyncFolder(_incoming);
            _options.Environment.CrashPoints.Reached("receive.discarded");
            _files.DeleteFolder(_incoming);
        }

        _files.SyncFolder(_options.Parent);
    }

    private void CloseFile()
    {
        _file?.Dispose();
        _file = null;
    }
}
