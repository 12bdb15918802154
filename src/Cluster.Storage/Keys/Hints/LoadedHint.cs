using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Hints;

/// <summary>A whole hint in memory, its keys hashed: ready to be put into the directory.</summary>
internal sealed class LoadedHint(HintHeader header)
{
    private const int ChunkLength = 4096;

    private readonly List<DirectoryOperation[]> _chunks = [];
    private int _lastLength = ChunkLength;

    public HintHeader Header { get; } = header;

    public List<TermStart> Terms { get; } = [];

    public List<BatchPlace> Places { get; } = [];

    public List<ControlRecord> Controls { get; } = [];

    /// <summary>See <see cref="HintStamps"/>.</summary>
    public List<(Lsn Base, byte[] Bytes)> Stamps { get; } = [];

    public int Chunks => _chunks.Count;

    public ReadOnlySpan<DirectoryOperation> Chunk(int index) => _chunks[index].AsSpan(0, index == _chunks.Count - 1 ? _lastLength : ChunkLength);

    public void Add(in DirectoryOperation operation)
    {
        if (_lastLength == ChunkLength)
        {
            _chunks.Add(new DirectoryOperation[ChunkLength]);
            _lastLength = 0;
        }

        _chunks[^1][_lastLength++] = operation;
    }

    /// <summary>Reads the blocks; null if the hint is not whole. Without <paramref name="keys"/> only what the log has to know is kept.</summary>
    public static LoadedHint? Read(HintReader reader, KeyHasher hasher, bool keys)
    {
        var hint = new LoadedHint(reader.Header);
        long count = 0;
        while (reader.ReadBlock(out var entries))
        {
            for (; !entries.IsEmpty; count++)
            {
                if (!HintEntry.TryRead(entries, reader.Header, out var entry))
                    return null;
                hint.Add(entry, hasher, keys);
                entries = entries[entry.Length..];
            }
        }

        return reader.AtEnd && count == reader.Header.Entries ? hint : null;
    }

    /// <summary>The operations were used; what else the hint says stays.</summary>
    public void ForgetOperations()
    {
        _chunks.Clear();
        _lastLength = ChunkLength;
    }

    public void Add(in HintEntry entry, KeyHasher hasher, bool keys)
    {
        switch (entry.Kind)
        {
            case < HintKind.TermStart when !keys:
                break;
            case HintKind.Put or HintKind.PutWithExpiry:
                Add(DirectoryOperation.Put(hasher.Hash(entry.Key), entry.Offset, (int)entry.OperationLength, entry.Kind == HintKind.PutWithExpiry, entry.ExpiresAt));
                break;
            case HintKind.Delete:
                Add(DirectoryOperation.Remove(hasher.Hash(entry.Key)));
                break;
            case HintKind.FlushKeys:
                Add(DirectoryOperation.Clear());
                break;
            case HintKind.Control:
                Controls.Add(new ControlRecord(entry.RecordKind, entry.Lsn, new Term(entry.Number(0)), entry.Number(1), entry.Extra[16..].ToArray()));
                break;
            case HintKind.TermStart:
                Terms.Add(new TermStart(new Term(entry.Number(0)), entry.Lsn));
                break;
            case HintKind.BatchPlace:
                Places.Add(new BatchPlace(entry.Lsn, entry.Number(0), (ulong)entry.Number(1)));
                break;
            case HintKind.Stamps when keys:
                Stamps.Add((entry.Lsn, entry.Extra.ToArray()));
                break;
        }
    }
}
