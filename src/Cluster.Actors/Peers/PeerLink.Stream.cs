using Akka.Actor;
using Akka.Event;
using Cluster.Actors.Shards;
using Cluster.Actors.Shards.Core;
using Cluster.Actors.Wire;

namespace Cluster.Actors.Peers;

/// <summary>The two streams of a link: gathering what waits into frames, and taking frames apart.</summary>
public sealed partial class PeerLink
{
    private readonly WireWriter _out;
    private int _outItems;
    private long _outStream;
    private long _outSent;
    private long _outConfirmed;
    private bool _quietSinceTick = true;

    // A message above the frame's limit on its way out: encoded whole, sent piece by piece.
    private WireWriter? _large;
    private int _largeShard;
    private PeerItemKind _largeKind;
    private int _largeSent;

    private int _turnsWithoutSnapshot;

    private long _unconfirmedBytes;
    private long _inStream;
    private long _inBytes;

    // And on its way in.
    private byte[]? _gathering;
    private int _gathered;

    private void OpenStream()
    {
        _outStream = Random.Shared.NextInt64(1, long.MaxValue);
        _outSent = 0;
        _outConfirmed = 0;
        _outItems = 0;
        _large?.Dispose();
        _large = null;
        _pair.Reset(_peers.Parked.Now);
        BeginFrame();
    }

    private void DropUnsent()
    {
        _port.Rearm();
        _port.DropAll();
        _large?.Dispose();
        _large = null;
    }

    /// <summary>Urgent messages are small, and there are only as many as shards: an eighth more than the window is room for them.</summary>
    private bool UrgentWindowIsOpen => _outSent - _outConfirmed < _settings.InFlightBytesMax + _settings.InFlightBytesMax / 8;

    /// <summary>Chunks of snapshots get this turn even while there is always something else: slow is not never.</summary>
    private const int TurnsPerSnapshot = 32;

    /// <summary>What has come and was not confirmed: the peer's window for snapshots must not wait for a heartbeat.</summary>
    private const long UnconfirmedBytesMax = 512 << 10;

    private bool WindowIsOpen => _outSent - _outConfirmed < _settings.InFlightBytesMax;

    private bool SnapshotWindowIsOpen => _outSent - _outConfirmed < _settings.SnapshotInFlightBytesMax;

    /// <summary>Sends what waits, as far as the window allows; what is left goes when the peer confirms.</summary>
    private void Pump()
    {
        _port.Rearm();
        if (_remote is null)
        {
            _port.DropAll();
            return;
        }

        while (true)
        {
            if (UrgentWindowIsOpen && _port.TryTakeUrgent(out int shard, out var message))
            {
                AppendAndRelease(shard, message);
            }
            else if (!WindowIsOpen)
            {
                break;
            }
            else if (_turnsWithoutSnapshot >= TurnsPerSnapshot && TryAppendSnapshot())
            {
            }
            else if (_large is not null)
            {
                AppendLargePiece();
                _turnsWithoutSnapshot++;
            }
            else if (_port.TryTakeBulk(out shard, out message))
            {
                AppendAndRelease(shard, message);
                _turnsWithoutSnapshot++;
            }
            else if (!TryAppendSnapshot())
            {
                break;
            }

            if (_out.Length >= _settings.FrameBytesTarget) SendFrame();
        }

        if (_outItems > 0) SendFrame();
    }

    private bool TryAppendSnapshot()
    {
        if (!SnapshotWindowIsOpen || !_port.TryTakeSnapshot(out int shard, out var message)) return false;
        _turnsWithoutSnapshot = 0;
        AppendAndRelease(shard, message);
        return true;
    }

    private void AppendAndRelease(int shard, ShardMessage message)
    {
        try
        {
            Append(shard, message);
        }
        finally
        {
            message.Release();
        }
    }

    private void Append(int shard, ShardMessage message)
    {
        if (PeerItem.BytesOf(message) > PeerItem.WholeBytesMax)
        {
            _large = new WireWriter(PeerItem.BytesOf(message));
            _largeKind = PeerItem.Write(message, _large);
            _largeShard = shard;
            _largeSent = 0;
            return;
        }

        int kindAt = _out.Length;
        _out.U8(0);
        _out.I32(shard);
        int lengthAt = _out.PlaceI32();
        int start = _out.Length;
        var kind = PeerItem.Write(message, _out);
        _out.PatchU8(kindAt, (byte)kind);
        _out.PatchI32(lengthAt, _out.Length - start);
        _outItems++;
    }

    private void AppendLargePiece()
    {
        var whole = _large!;
        int piece = Math.Min(PeerItem.PartBytesMax, whole.Length - _largeSent);
        _out.U8((byte)PeerItemKind.Part);
        _out.I32(_largeShard);
        _out.I32(PeerItem.PartHeaderBytes + piece);
        _out.U8((byte)_largeKind);
        _out.I32(whole.Length);
        _out.I32(_largeSent);
        _out.Raw(whole.Written.Slice(_largeSent, piece));
        _outItems++;
        _largeSent += piece;
        if (_largeSent < whole.Length) return;
        whole.Dispose();
        _large = null;
    }

    private void BeginFrame()
    {
        _out.Clear();
        _outItems = 0;
        _out.GetSpan(PeerFrame.HeaderBytes);
        _out.Advance(PeerFrame.HeaderBytes);
    }

    private void SendFrame()
    {
        _outSent += _out.Length;
        var frame = _out.ToArray();
        new PeerFrameHeader(_outStream, _outSent, _inStream, _inBytes, _clocks.Hybrid.Next(), _clocks.Hybrid.MachineWall, _outItems).WriteTo(frame);
        _remote!.Tell(new PeerFrame(frame), Self);
        _status.Sent(frame.Length);
        _quietSinceTick = false;
        _unconfirmedBytes = 0;
        BeginFrame();
    }

    private void OnFrame(PeerFrame frame)
    {
        // A frame of a link that was given up, or of an earlier incarnation of the peer: its stream is dead.
        if (_remote is null || !Sender.Equals(_remote)) return;
        _heardAt = Environment.TickCount64;
        if (_broken)
        {
            _closed = _broken = false;
            Context.System.EventStream.Publish(new PeerUp(_address.Node, _remoteProcess));
        }

        var reader = new WireReader(frame.Bytes);
        try
        {
            var header = PeerFrameHeader.Read(ref reader);
            if (_clocks.Heard(_address.Node, header.Wall, header.Hlc)) TellVerdict();
            _status.Received(frame.Bytes.Length, header.Wall - _clocks.Hybrid.MachineWall, _peers.Parked.Now);
            if (header.Stream != _inStream || header.SentBytes != _inBytes + frame.Bytes.Length) _gathering = null;
            _inStream = header.Stream;
            _inBytes = header.SentBytes;
            for (int i = 0; i < header.Items; i++) OnItem(ref reader);
            reader.End();
            if (header.EchoStream == _outStream) _outConfirmed = Math.Max(_outConfirmed, Math.Min(header.EchoBytes, _outSent));
        }
        catch (WireFormatException damaged)
        {
            _log.Error("dropped the rest of a frame of {0}: {1}", _address.Name, damaged.Message);
        }

        // Confirm without waiting for the heartbeat when the peer may be filling its window.
        _unconfirmedBytes += frame.Bytes.Length;
        Pump();
        if (_unconfirmedBytes >= UnconfirmedBytesMax) SendFrame();
    }

    private void TellVerdict()
    {
        double offset = _clocks.OffsetMicros / 1000.0;
        switch (_clocks.Verdict)
        {
            case ClockVerdict.Wrong:
                _log.Error("the wall clock of this node is wrong: its peers agree, and are {0:0} ms from it; it hands over what it leads until the clock is set", offset);
                break;
            case ClockVerdict.Doubtful:
                _log.Warning("the wall clock of this node differs by {0:0} ms from the median of its peers, which do not agree among themselves; it goes on leading", offset);
                break;
            default:
                _log.Info("the wall clock of this node is within the permitted skew of its peers");
                break;
        }
    }

    private void OnItem(ref WireReader reader)
    {
        var kind = (PeerItemKind)reader.U8();
        int shard = reader.I32();
        var body = reader.Bytes();
        if (kind == PeerItemKind.NodeHeartbeat)
        {
            OnNodeHeartbeat(body);
            return;
        }

        if (kind == PeerItemKind.Part)
        {
            OnPart(shard, body);
            return;
        }

        Deliver(shard, kind, body);
    }

    private void OnPart(int shard, ReadOnlyMemory<byte> body)
    {
        var reader = new WireReader(body);
        var kind = (PeerItemKind)reader.U8();
        int total = reader.I32();
        int offset = reader.I32();
        var bytes = reader.Raw(reader.Remaining);
        if (total is <= 0 or > PeerItem.BytesMax) throw new WireFormatException($"a message of {total} bytes is above the limit of {PeerItem.BytesMax}");
        if (offset == 0)
        {
            _gathering = new byte[total];
            _gathered = 0;
        }

        if (_gathering is null || _gathering.Length != total || _gathered != offset || bytes.Length > total - offset)
        {
            _gathering = null;
            return;
        }

        bytes.CopyTo(_gathering.AsMemory(offset));
        _gathered += bytes.Length;
        if (_gathered < total) return;
        var whole = _gathering;
        _gathering = null;
        Deliver(shard, kind, whole);
    }

    private void Deliver(int shard, PeerItemKind kind, ReadOnlyMemory<byte> body)
    {
        var target = _peers.ShardActor(shard);
        if (target is null) return;
        // Only about how replicas are: it asks nothing of the shard.
        if (kind != PeerItemKind.ReplicaStatus) _peers.Parked.Disturb(shard);
        target.Tell(new ShardInbound(_address.Node, PeerItem.Read(kind, body)), Self);
    }
}
