using Cluster.Storage.Log;

namespace Cluster.Storage.Keys.Hints;

/// <summary>
/// Writes the missing hints of sealed segments whose records are all committed, oldest first, a small piece per round of its lane with a pause
/// between: commits do not wait for it. On the log's own lane, so that it ends before the log closes. What it cannot write (no space, a read error) it leaves for the next opening.
///
/// The owner offers and stops; everything else runs on the lane.
/// </summary>
internal sealed class HintBuilder : IStorageParticipant
{
    /// <summary>Log bytes read per round: about a third of a millisecond.</summary>
    private const int PieceBytes = 256 << 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly ShardStoreOptions _options;
    private readonly ShardLog _log;
    private readonly KeyDirectory _directory;
    private readonly IStorageLane _lane;
    private long _commit;
    private long _done;
    private long _seenCommit;
    private int _idle = 1;
    private bool _stopped;
    private Lsn _working;
    private Job? _job;

    /// <param name="options">Of the store.</param>
    /// <param name="log">Of the store.</param>
    /// <param name="directory">Tells how many keys there are.</param>
    /// <param name="done">The segments up to there were opened from their hints.</param>
    public HintBuilder(ShardStoreOptions options, ShardLog log, KeyDirectory directory, Lsn done)
    {
        _options = options;
        _log = log;
        _directory = directory;
        _done = done.Value;
        _lane = log.Lane;
    }

    /// <summary>Everything up to there has a hint, or was given up. Any thread.</summary>
    public Lsn Done => new(Volatile.Read(ref _done));

    /// <summary>Owner: everything up to there is committed. Costs two reads unless a segment waits for its hint.</summary>
    public void Offer(Lsn commit)
    {
        if (_log.SealedThrough.Value <= Volatile.Read(ref _done))
            return;
        Volatile.Write(ref _commit, commit.Value);
        Wake();
    }

    /// <summary>Owner, before the log closes: ends the work under way.</summary>
    public void Stop()
    {
        Volatile.Write(ref _stopped, true);
        _lane.Schedule(this);
    }

    void IStorageParticipant.WriteStep()
    {
        try
        {
            if (Volatile.Read(ref _stopped) || !Work())
            {
                Rest();
                return;
            }

            _lane.ScheduleAfter(this, Pause);
        }
        catch (Exception error) when (error is StorageException)
        {
            // A hint is a convenience: the segment it is missing for is read at the next opening, which tells what is wrong with it.
            Volatile.Write(ref _done, Math.Max(_done, _working.Value));
            Rest();
        }
    }

    void IStorageParticipant.SyncStep()
    {
    }

    private void Wake()
    {
        if (!Volatile.Read(ref _stopped) && Interlocked.CompareExchange(ref _idle, 0, 1) == 1)
            _lane.Schedule(this);
    }

    private void Rest()
    {
        _job?.Abandon();
        _job = null;
        Interlocked.Exchange(ref _idle, 1);
        // What was offered while this round looked must not wait for the next offer.
        if (Volatile.Read(ref _commit) != _seenCommit)
            Wake();
    }

    /// <summary>False: nothing is left to do for now.</summary>
    private bool Work()
    {
        _seenCommit = Volatile.Read(ref _commit);
        if (_options.Log.Environment.Space?.Shortage is not null)
            return false;
        _job ??= Next();
        if (_job is null)
            return false;
        if (!_job.Piece())
        {
            Volatile.Write(ref _done, _job.Segment.Last.Value);
            _job = null;
        }

        return true;
    }

    private Job? Next()
    {
        while (_log.AcquireSealed(Done) is { } segment)
        {
            if (segment.Last > new Lsn(_seenCommit))
            {
                segment.Release();
                return null;
            }

            _working = segment.Last;
            var name = new SegmentName(segment.First, segment.Last);
            var known = new SealedSegment(name, segment.Header, segment.Number, segment.WrittenBytes);
            using (var existing = HintReader.TryOpen(_options.Log.Environment.Files, _options.Log.Folder, known))
            {
                if (existing is null)
                    return new Job(_options.Log, _directory, segment, name);
            }

            Volatile.Write(ref _done, segment.Last.Value);
            segment.Release();
        }

        return null;
    }

    /// <summary>One hint under way. Holds its segment, so that the file stays readable if it is released meanwhile.</summary>
    private sealed class Job
    {
        private readonly BatchScanner _scanner;
        private readonly HintWriter _writer;
        private readonly KeyDirectory _directory;

        public Job(ShardLogOptions log, KeyDirectory directory, Segment segment, in SegmentName name)
        {
            _directory = directory;
            Segment = segment;
            try
            {
                _writer = new HintWriter(log.Environment, log.Folder, name, segment.Header.TermBefore);
            }
            catch
            {
                segment.Release();
                throw;
            }

            _scanner = new BatchScanner(segment.File!, segment.Header);
        }

        public Segment Segment { get; }

        /// <summary>False: that was the last one.</summary>
        public bool Piece()
        {
            var end = _scanner.Offset + PieceBytes;
            while (_scanner.Offset < end)
            {
                var digestBefore = _scanner.Digest;
                if (!_scanner.TryNext(out var header, out var batch))
                {
                    Finish();
                    return false;
                }

                _writer.Add(header, batch, _scanner.Offset - batch.Length, digestBefore);
            }

            return true;
        }

        public void Abandon()
        {
            _writer.Abandon();
            _scanner.Dispose();
            Segment.Release();
        }

        private void Finish()
        {
            if (_scanner.Damage is { } damage || _scanner.NextLsn != Segment.Last.Next)
                throw new WalCorruptException(Segment.Path, _scanner.Offset, _scanner.NextLsn, _scanner.Damage ?? "the segment ends too early");
            _writer.Finish(new HintHeader
            {
                Shard = Segment.Header.Shard,
                SegmentId = Segment.Header.SegmentId,
                First = Segment.First,
                Last = Segment.Last,
                SegmentBytes = Segment.WrittenBytes,
                DigestBefore = Segment.Header.DigestBefore,
                DigestAfter = _scanner.Digest,
                TermBefore = Segment.Header.TermBefore,
                LastTerm = _scanner.Term,
                LastTimestamp = _scanner.Timestamp,
                BlockBytes = 0,
                Blocks = 0,
                Entries = 0,
                Keys = _directory.Count,
            });
            _writer.Dispose();
            _scanner.Dispose();
            Segment.Release();
        }
    }
}
