using Cluster.Storage;
using Cluster.Storage.Keys;

namespace Cluster.Actors.Shards;

/// <summary>
/// What the commands of a transaction have written so far, which later commands of it see: one operation per key, appended as one record
/// at its end or forgotten. Owned by the evaluator.
/// </summary>
internal sealed class StagedWrites(ShardStore store)
{
    /// <summary>Bytes of all values that commands of one transaction write, also those that are overwritten in it: somewhat more than a record holds.</summary>
    private const long BytesMax = 192L << 20;

    /// <summary>Stands for "in here" where a file's number stands otherwise. Files are numbered from below.</summary>
    private const uint StagedFile = uint.MaxValue;

    private readonly PooledBytes _bytes = new();
    private readonly Dictionary<KeyHash, int> _indexes = [];
    private KeyOperation[] _operations = new KeyOperation[16];
    private int _count;

    /// <summary>A transaction is being evaluated.</summary>
    public bool IsOpen { get; private set; }

    public bool IsTooLarge { get; private set; }

    public ReadOnlySpan<byte> Bytes => _bytes.Written;

    public ReadOnlySpan<KeyOperation> Operations => _operations.AsSpan(0, _count);

    /// <summary>The place is one of <see cref="TryFind"/>.</summary>
    public static bool Holds(ValueLocation location) => location.File == StagedFile;

    public void Open() => IsOpen = true;

    public void Close()
    {
        IsOpen = IsTooLarge = false;
        _count = 0;
        _indexes.Clear();
        _bytes.Reset();
        if (_operations.Length > 1024) _operations = new KeyOperation[16];
    }

    /// <summary>The key's state if the transaction has written it.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, out KeyLookup lookup)
    {
        lookup = default;
        if (_count == 0 || !_indexes.TryGetValue(store.HashOf(key), out int index)) return false;
        ref var operation = ref _operations[index];
        if (operation.Kind == KeyOperationKind.Delete) return true;
        bool expires = operation.ExpiresAt != 0;
        int length = KeyOperationFormat.HeaderBytes(expires) + operation.KeyLength + operation.ValueLength;
        lookup = new KeyLookup(true, Lsn.None, new ValueLocation(StagedFile, (uint)index, length, expires), operation.ExpiresAt);
        return true;
    }

    public ReadOnlySpan<byte> ValueOf(ValueLocation location)
    {
        ref var operation = ref _operations[(int)location.Offset];
        return _bytes.Slice(operation.ValueOffset, operation.ValueLength);
    }

    public AppendResult Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiresAt)
    {
        if (value.Length > KeyOperationFormat.ValueBytesMax || !HasRoom(key.Length + value.Length)) return Refuse();
        ref var operation = ref OperationOf(key);
        int offset = _bytes.Length;
        _bytes.Append(value);
        operation = operation with { Kind = KeyOperationKind.Put, ValueOffset = offset, ValueLength = value.Length, ExpiresAt = expiresAt };
        return AppendResult.At(Lsn.None);
    }

    public AppendResult Remove(ReadOnlySpan<byte> key)
    {
        if (!HasRoom(key.Length)) return Refuse();
        ref var operation = ref OperationOf(key);
        operation = operation with { Kind = KeyOperationKind.Delete, ValueOffset = 0, ValueLength = 0, ExpiresAt = 0 };
        return AppendResult.At(Lsn.None);
    }

    private bool HasRoom(long bytes) => _bytes.Length + bytes <= BytesMax;

    private AppendResult Refuse()
    {
        IsTooLarge = true;
        return AppendResult.Refused(AppendRefusal.TooLarge);
    }

    private ref KeyOperation OperationOf(ReadOnlySpan<byte> key)
    {
        var hash = store.HashOf(key);
        if (_indexes.TryGetValue(hash, out int known)) return ref _operations[known];
        if (_count == _operations.Length) Array.Resize(ref _operations, _count * 2);
        _indexes.Add(hash, _count);
        ref var operation = ref _operations[_count++];
        operation = new KeyOperation(KeyOperationKind.Delete, _bytes.Length, key.Length, 0, 0);
        _bytes.Append(key);
        return ref operation;
    }
}
