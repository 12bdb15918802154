using Akka.Actor;
using Cluster.Actors.Peers.Parking;
using Cluster.Actors.Shards;

namespace Cluster.Actors.Peers;

/// <summary>The node-pair heartbeat of a link: it travels as an item of a frame, once per interval while anything is parked, and at once when more is.</summary>
public sealed partial class PeerLink
{
    private readonly List<VouchChange> _vouched = [];
    private readonly List<int> _doubtful = [];
    private NodePair _pair = null!;

    /// <summary>After this time without a heartbeat that counts, parked shards go on by themselves: their election timers have not run out then.</summary>
    private long PatienceMicros => (long)(_settings.HeartbeatInterval * 2).TotalMicroseconds;

    private void OpenPair()
    {
        var self = Self;
        _pair = _peers.Parked.Open(_address.Node, () => self.Tell(ParkingNews.Instance, ActorRefs.NoSender));
    }

    private void OnParkingNews()
    {
        if (_remote is null) return;
        AppendHeartbeat();
        SendFrame();
    }

    private void AppendHeartbeat()
    {
        int kindAt = _out.Length;
        _out.U8(0);
        _out.I32(0);
        int lengthAt = _out.PlaceI32();
        int start = _out.Length;
        _pair.Write(_settings.ProcessId, _peers.Parked.Now).WriteTo(_out);
        _out.PatchU8(kindAt, (byte)PeerItemKind.NodeHeartbeat);
        _out.PatchI32(lengthAt, _out.Length - start);
        _outItems++;
    }

    private void OnNodeHeartbeat(ReadOnlyMemory<byte> body)
    {
        var heartbeat = NodeHeartbeat.Read(body);
        // Of a process that the link is not opened to: its list is nobody's.
        if (heartbeat.Process != _remoteProcess) return;
        long now = _peers.Parked.Now;
        _vouched.Clear();
        if (!_pair.Take(heartbeat, now, _vouched)) return;
        foreach (var (shard, term) in _vouched) _peers.ShardActor(shard)?.Tell(new ShardVouched(_address.Node, term, now), Self);
    }

    /// <summary>Once per interval, and when the link is lost.</summary>
    private void CheckParked(long patienceMicros)
    {
        _doubtful.Clear();
        _pair.Doubtful(_peers.Parked.Now, patienceMicros, _doubtful);
        foreach (int shard in _doubtful) _peers.ShardActor(shard)?.Tell(ShardDoubted.Instance, Self);
    }

    /// <summary>More shards are parked than the peer knows.</summary>
    private sealed class ParkingNews
    {
        public static readonly ParkingNews Instance = new();
    }
}
