using System.IO.Pipelines;

namespace Cluster.Node.Resp;

/// <summary>
/// One client. The reader cuts what arrives into rounds of commands and gives each round's batches to the shards; the writer
/// answers the rounds in order as they complete. Between them a ring of a few rounds: a client that does not read stops
/// its own writer, then the ring, then its own reader.
/// Invariants:
/// I1 the reader fills ring[tail] only while fewer than the limit are outstanding; the writer empties ring[head].
/// I2 the connection ends only after every submitted batch came back.
/// </summary>
internal sealed class RespConnection(RespServices services, ClientSession session, IDuplexPipe transport)
{
    /// <summary>Rounds that may wait for their replies: enough to keep a pipelining client and the log's group commit busy.</summary>
    private const int RoundsMax = 8;

    private const int RoundCommandsMax = 1024;
    private const int RoundArgumentBytesMax = 1024 * 1024;

    /// <summary>Replies that may be in memory for one client, judged by the size of its last ones.</summary>
    private const long RoundReplyBytesAim = 4 * 1024 * 1024;

    private readonly RespParser _parser = new();
    private readonly ReceiveBuffer _received = new();
    private readonly CommandRouter _commands = new(services, session);
    private readonly ReplyRound?[] _ring = new ReplyRound?[RoundsMax];
    private readonly AsyncSignal _roundCompleted = new();
    private readonly AsyncSignal _roomAvailable = new();

    private long _tail;
    private long _head;
    private long _replyBytesEach;
    private bool _waitsForAnswers;
    private volatile bool _readerDone;
    private volatile bool _broken;
    private Exception? _failure;

    /// <param name="closed">The client is gone.</param>
    /// <param name="stopping">The node stops: what was read is still answered.</param>
    public async Task RunAsync(CancellationToken closed, CancellationToken stopping)
    {
        using var registration = closed.UnsafeRegister(static state => ((RespConnection)state!).Abandon(), this);
        using var drain = stopping.UnsafeRegister(static state => ((RespConnection)state!).CancelRead(), this);
        var writing = WriteAsync();
        try
        {
            await ReadAsync().ConfigureAwait(false);
        }
        finally
        {
            _readerDone = true;
            _roundCompleted.Set();
            await writing.ConfigureAwait(false); // I2
            _received.Release();
        }
    }

    private void Abandon()
    {
        _broken = true;
        transport.Input.CancelPendingRead();
        transport.Output.CancelPendingFlush();
        _roomAvailable.Set();
    }

    private void CancelRead() => transport.Input.CancelPendingRead();

    private async Task ReadAsync()
    {
        var input = transport.Input;
        while (!session.Closing && !_broken)
        {
            var result = await input.ReadAsync().ConfigureAwait(false);
            if (_broken) return;
            var buffer = result.Buffer;
            services.Metrics.Received(buffer.Length);
            _received.Append(buffer);
            input.AdvanceTo(buffer.End);
            while (_received.Length > 0 && !session.Closing)
            {
                while (Volatile.Read(ref _tail) - Volatile.Read(ref _head) >= Outstanding())
                {
                    if (_broken) return;
                    await _roomAvailable.WaitAsync().ConfigureAwait(false);
                }

                if (!TakeRound()) break;
            }

            _received.ReleaseIfEmpty();
            // Asked to end: what had arrived is still answered.
            if (result.IsCompleted || result.IsCanceled) return;
        }
    }

    /// <summary>One means: none. The next round begins once everything before it is answered.</summary>
    private int Outstanding() => _waitsForAnswers ? 1 : Volatile.Read(ref _replyBytesEach) > RoundReplyBytesAim / RoundsMax ? 1 : RoundsMax;

    private int CommandsAtMost() =>
        (int)Math.Clamp(RoundReplyBytesAim / Math.Max(Volatile.Read(ref _replyBytesEach), 1), 1, RoundCommandsMax);

    /// <summary>Parses one round and submits it; false if not even one command was complete.</summary>
    private bool TakeRound()
    {
        ref var slot = ref _ring[_tail % RoundsMax];
        var round = slot ??= new ReplyRound(_roundCompleted);
        round.Begin(session.Protocol);
        _commands.Begin(round);
        int most = CommandsAtMost();
        while (round.Commands < most && round.ArgumentBytes < RoundArgumentBytesMax && !round.Sealed && !session.Closing)
        {
            var status = _parser.Parse(_received.Unread);
            if (status == ParseStatus.Incomplete) break;
            if (status == ParseStatus.Error)
            {
                services.Metrics.ProtocolError();
                _commands.Fail("ERR " + _parser.Error);
                session.Closing = true;
                break;
            }

            if (_parser.Arguments.Length > 0) _commands.Execute(new CommandArguments(_received.Unread, _parser.Arguments));
            _received.Consume(_parser.Consumed);
            _parser.Next();
        }

        _commands.End();
        if (round.Commands == 0) return false;
        _waitsForAnswers = round.WaitsForAnswers;
        Volatile.Write(ref _tail, _tail + 1);
        round.Submit(_commands.Backend?.Router, services.Metrics);
        return true;
    }

    private async Task WriteAsync()
    {
        var output = transport.Output;
        while (true)
        {
            bool written = false;
            while (_head < Volatile.Read(ref _tail) && _ring[_head % RoundsMax]!.IsComplete && output.UnflushedBytes < RoundReplyBytesAim)
            {
                var round = _ring[_head % RoundsMax]!;
                Answer(round, output);
                written = true;
                Volatile.Write(ref _head, _head + 1);
            }

            if (written)
            {
                long bytes = output.UnflushedBytes;
                services.Metrics.Sent(bytes);
                if (!_broken && !await FlushAsync(output).ConfigureAwait(false)) Abandon();
                _roomAvailable.Set();
                continue;
            }

            if (_readerDone && _head == Volatile.Read(ref _tail)) break;
            await _roundCompleted.WaitAsync().ConfigureAwait(false);
        }

        if (_failure is not null) throw new InvalidOperationException("a reply could not be written", _failure);
    }

    /// <summary>False if the client will not read any more.</summary>
    private static async ValueTask<bool> FlushAsync(PipeWriter output)
    {
        try
        {
            var result = await output.FlushAsync().ConfigureAwait(false);
            return !result.IsCompleted && !result.IsCanceled;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private void Answer(ReplyRound round, PipeWriter output)
    {
        if (_broken)
        {
            round.Drop();
            return;
        }

        int commands = round.Commands;
        long before = output.UnflushedBytes;
        try
        {
            round.Write(output);
        }
        catch (Exception e)
        {
            // Half a reply may be in the pipe: nothing more can be said on this connection.
            _failure = e;
            round.Drop();
            Abandon();
            return;
        }

        Volatile.Write(ref _replyBytesEach, (output.UnflushedBytes - before) / commands);
    }
}
