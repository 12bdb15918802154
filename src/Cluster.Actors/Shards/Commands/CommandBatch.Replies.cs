using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace Cluster.Actors.Shards;

public sealed partial class CommandBatch
{
    private readonly PooledBytes _replyBytes = new();
    private Reply[] _replies = new Reply[4];

    public ref readonly Reply ReplyTo(int index) => ref ReplyAt(index);

    /// <summary>The text of an error, the bytes of a bulk or of an array's replies.</summary>
    public ReadOnlySpan<byte> ReplyBytes(int index)
    {
        ref var reply = ref ReplyAt(index);
        return reply.Kind is ReplyKind.Bulk or ReplyKind.Error or ReplyKind.Array ? _replyBytes.Slice(reply.Offset, reply.Length) : default;
    }

    /// <summary>Bytes of all replies so far.</summary>
    internal int ReplyLength => _replyBytes.Length;

    public bool IsAnswered(int index) => ReplyAt(index).Kind != ReplyKind.None;

    public void SetOk(int index) => ReplyAt(index) = new Reply { Kind = ReplyKind.Ok };

    public void SetNil(int index) => ReplyAt(index) = new Reply { Kind = ReplyKind.Nil };

    public void SetInteger(int index, long value) => ReplyAt(index) = new Reply { Kind = ReplyKind.Integer, Integer = value };

    /// <summary>A bulk of that length; the caller fills the span before it writes another reply.</summary>
    public Span<byte> SetBulk(int index, int length)
    {
        ReplyAt(index) = new Reply { Kind = ReplyKind.Bulk, Offset = _replyBytes.Length, Length = length };
        return _replyBytes.Reserve(length);
    }

    /// <summary>Takes back the bulk that was set last, as if it had not been.</summary>
    internal void TakeBackBulk(int index)
    {
        ref var reply = ref ReplyAt(index);
        _replyBytes.Truncate(reply.Offset);
        reply = default;
    }

    public void SetBulk(int index, ReadOnlySpan<byte> value) => value.CopyTo(SetBulk(index, value.Length));

    public void SetError(int index, ReadOnlySpan<byte> text)
    {
        ReplyAt(index) = new Reply { Kind = ReplyKind.Error, Offset = _replyBytes.Length, Length = text.Length };
        _replyBytes.Append(text);
    }

    /// <summary>An error that says something about data that was looked at: without proof of what it looked at it may not leave.</summary>
    internal void SetDataError(int index, ReadOnlySpan<byte> text)
    {
        SetError(index, text);
        ReplyAt(index).Integer = 1;
    }

    /// <summary>The command has an error that is true whatever becomes of the batch.</summary>
    internal bool IsRefused(int index) => ReplyAt(index) is { Kind: ReplyKind.Error, Integer: 0 };

    /// <summary>`UNKNOWN outcome unknown, shard=… term=… lsn=…`; a term or LSN of 0 is written as `?`.</summary>
    public void SetUnknown(int index, int shard, long term, long lsn)
    {
        Span<byte> text = stackalloc byte[128];
        var invariant = CultureInfo.InvariantCulture;
        int length;
        if (term > 0 && lsn > 0) Utf8.TryWrite(text, invariant, $"UNKNOWN outcome unknown, shard={shard} term={term} lsn={lsn}", out length);
        else if (term > 0) Utf8.TryWrite(text, invariant, $"UNKNOWN outcome unknown, shard={shard} term={term} lsn=?", out length);
        else Utf8.TryWrite(text, invariant, $"UNKNOWN outcome unknown, shard={shard} term=? lsn=?", out length);
        SetError(index, text[..length]);
    }

    /// <summary>
    /// Gives every command that has no reply yet this error. Only for commands that were definitely not appended by this attempt; those that an earlier one may have appended
    /// are unknown.
    /// </summary>
    public void RefuseUnanswered(ReadOnlySpan<byte> text)
    {
        RefuseUnanswered(0, text);
    }

    /// <summary>As <see cref="RefuseUnanswered(ReadOnlySpan{byte})"/>, from that command on: those before it may have values that are still to be read.</summary>
    internal void RefuseUnanswered(int from, ReadOnlySpan<byte> text)
    {
        for (int i = from; i < Count; i++)
        {
            if (IsAnswered(i)) continue;
            if (MayBeAppended && _commands[i].IsWrite) SetUnknown(i, Shard, EarlierTerm, _commands[i].EarlierLsn);
            else SetError(i, text);
        }
    }

    /// <summary>Tells the owner. Whoever calls it no longer touches the batch.</summary>
    public void Complete()
    {
        var owner = Owner ?? throw new InvalidOperationException("a batch without owner cannot complete");
        owner.Completed(this);
    }

    /// <summary>Takes all replies away again, for an evaluation from the start.</summary>
    internal void ClearReplies() => ResetReplies();

    internal ref Reply ReplyAt(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        if (_replies.Length <= index) Array.Resize(ref _replies, _commands.Length);
        return ref _replies[index];
    }

    private void ResetReplies()
    {
        Array.Clear(_replies);
        if (_replies.Length > 1024) _replies = new Reply[4];
        _replyBytes.Reset();
    }
}
