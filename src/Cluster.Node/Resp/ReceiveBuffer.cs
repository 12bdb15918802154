using System.Buffers;

namespace Cluster.Node.Resp;

/// <summary>
/// The bytes of a connection that are not consumed yet, in one piece. It grows as bytes arrive, never by what a header promises,
/// and gives its memory back when it is empty: an idle connection holds none.
/// </summary>
internal sealed class ReceiveBuffer
{
    private const int SmallestBytes = 4096;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    public int Length => _end - _start;

    public Span<byte> Unread => _bytes.AsSpan(_start, _end - _start);

    public void Append(in ReadOnlySequence<byte> sequence)
    {
        int length = checked((int)sequence.Length);
        MakeRoom(length);
        sequence.CopyTo(_bytes.AsSpan(_end));
        _end += length;
    }

    public void Consume(int bytes) => _start += bytes;

    /// <summary>Called when the connection waits for more.</summary>
    public void ReleaseIfEmpty()
    {
        if (Length > 0 || _bytes.Length == 0) return;
        Release();
    }

    public void Release()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        _start = _end = 0;
    }

    private void MakeRoom(int bytes)
    {
        if (_bytes.Length - _end >= bytes) return;
        int length = Length;
        if (_bytes.Length - length >= bytes && length <= _bytes.Length / 2)
        {
            Unread.CopyTo(_bytes);
        }
        else
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(SmallestBytes, Math.Max(length + (long)bytes, 2L * length))));
            Unread.CopyTo(larger);
            if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        _start = 0;
        _end = length;
    }
}
