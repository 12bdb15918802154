using System;
using System.Runtime.InteropServices;
using System.Threading;
using Akka.Actor;

namespace Akka.Dispatch.MessageQueues;

/// <summary>
/// Envelopes in rings: any number of producers, one consumer at a time. A ring that is full is left to the consumer and followed by
/// a larger one, up to a limit; a queue that has its size allocates nothing more. Invariants:
/// Q1 a message belongs to the queue from the moment its ticket is taken (compare-and-swap on the tail), even if it is not written
///    yet: whoever takes a ticket and then looks whether the consumer sleeps, and the consumer that goes to sleep and then looks at
///    the tail, cannot miss each other. No further fence is needed on either side.
/// Q2 messages of one producer keep their order, since its tickets do.
/// Q3 the slot of a ticket is written only after the consumer has emptied it: ticket &lt; FreeUntil of the ring.
/// Q4 the tail never has the same value twice: each change of ring burns one ticket, so a producer that was held up between its
///    look at the ring and its swap can not succeed with the wrong ring, even if that ring is in use again.
/// </summary>
internal sealed class EnvelopeQueue
{
    // Most actors never have more than a few messages waiting. The largest ring stays below the large object heap.
    internal const int FirstRing = 8;
    internal const int LargestRing = 4096;

    // Set in the tail while a producer puts a new ring behind the full one: the others wait that moment.
    private const long Changing = long.MinValue;

    private Cursors _cursors;
    private Ring _tailRing;
    private Ring _headRing;
    private Ring _spare;

    public EnvelopeQueue()
    {
        _tailRing = _headRing = new Ring(FirstRing);
        _tailRing.Begin(0, 0);
    }

    /// <summary>No ticket is out. (A burnt one counts as one for the moment in which the message behind it is on its way.)</summary>
    public bool IsEmpty => (Volatile.Read(ref _cursors.Tail) & ~Changing) == Volatile.Read(ref _cursors.Head);

    /// <summary>Exact while nobody adds or takes; the tickets burnt by changes of ring are no messages.</summary>
    public int Count
    {
        get
        {
            while (true)
            {
                Ring headRing = Volatile.Read(ref _headRing);
                long head = Volatile.Read(ref _cursors.Head);
                long tail = Volatile.Read(ref _cursors.Tail) & ~Changing;
                Ring tailRing = Volatile.Read(ref _tailRing);
                int ringsBetween = tailRing.Number - headRing.Number;
                if (ringsBetween == 0) return (int)Math.Clamp(tail - head, 0, int.MaxValue);
                // A ring in between may have moved meanwhile, then the numbers do not belong together.
                if (headRing != Volatile.Read(ref _headRing) || tailRing != Volatile.Read(ref _tailRing)) continue;
                return (int)Math.Clamp(tail - head - ringsBetween, 0, int.MaxValue);
            }
        }
    }

    public void Enqueue(object message, IActorRef sender)
    {
        SpinWait spin = default;
        while (true)
        {
            // In this order: the ring is never older than the tail. One that is newer makes the swap fail (Q4).
            long tail = Volatile.Read(ref _cursors.Tail);
            Ring ring = Volatile.Read(ref _tailRing);
            if (tail < 0)
            {
                spin.SpinOnce(sleep1Threshold: -1);
                continue;
            }

            if (tail >= Volatile.Read(ref ring.FreeUntil) && !ring.HasRoomFor(tail, Volatile.Read(ref _cursors.Head)))
            {
                ChangeRing(tail, ring);
                continue;
            }

            if (Interlocked.CompareExchange(ref _cursors.Tail, tail + 1, tail) != tail) continue;
            ref Slot slot = ref ring.Slots[tail & (ring.Slots.Length - 1)];
            slot.Sender = sender;
            // Last: a slot with a message is whole.
            Volatile.Write(ref slot.Message, message);
            return;
        }
    }

    /// <summary>False when the queue is empty; a message whose ticket is taken is waited for, it is a few instructions away.</summary>
    public bool TryDequeue(out Envelope envelope)
    {
        long head = _cursors.Head;
        Ring ring = _headRing;
        SpinWait spin = default;
        while (true)
        {
            ref Slot slot = ref ring.Slots[head & (ring.Slots.Length - 1)];
            object message = Volatile.Read(ref slot.Message);
            if (message is not null)
            {
                envelope = new Envelope(message, slot.Sender);
                slot.Sender = null;
                slot.Message = null;
                Volatile.Write(ref _cursors.Head, head + 1);
                return true;
            }

            if (head == Volatile.Read(ref ring.End))
            {
                Ring next = ring.Next;
                Volatile.Write(ref _headRing, next);
                Volatile.Write(ref _cursors.Head, ++head);
                if (ring.Slots.Length == LargestRing) Volatile.Write(ref _spare, ring);
                ring = next;
            }
            else if ((Volatile.Read(ref _cursors.Tail) & ~Changing) == head)
            {
                envelope = default;
                return false;
            }
            else
            {
                spin.SpinOnce(sleep1Threshold: -1);
            }
        }
    }

    private void ChangeRing(long tail, Ring full)
    {
        // Made before the tail is barred: running out of memory must not leave it so.
        int size = Math.Min(full.Slots.Length * 2, LargestRing);
        Ring next = Interlocked.Exchange(ref _spare, null);
        if (next is null || next.Slots.Length < size) next = new Ring(size);
        if (Interlocked.CompareExchange(ref _cursors.Tail, tail | Changing, tail) != tail)
        {
            if (size == LargestRing) Volatile.Write(ref _spare, next);
            return;
        }

        next.Begin(tail + 1, full.Number + 1);
        full.Next = next;
        Volatile.Write(ref full.End, tail);
        Volatile.Write(ref _tailRing, next);
        Volatile.Write(ref _cursors.Tail, tail + 1);
    }

    private struct Slot
    {
        public object Message;
        public IActorRef Sender;
    }

    // Producers and consumer on cache lines of their own.
    [StructLayout(LayoutKind.Explicit, Size = 192)]
    private struct Cursors
    {
        [FieldOffset(64)]
        public long Tail;

        [FieldOffset(128)]
        public long Head;
    }

    private sealed class Ring
    {
        public readonly Slot[] Slots;

        /// <summary>The first ticket whose slot may still hold an older message. Only a hint may be too low.</summary>
        public long FreeUntil;

        /// <summary>The burnt ticket behind the last message of this ring.</summary>
        public long End;

        public Ring Next;
        public int Number;
        private long _begin;

        public Ring(int size)
        {
            Slots = new Slot[size];
        }

        public void Begin(long ticket, int number)
        {
            _begin = ticket;
            Number = number;
            Next = null;
            End = long.MaxValue;
            Volatile.Write(ref FreeUntil, ticket + Slots.Length);
        }

        public bool HasRoomFor(long ticket, long head)
        {
            long freeUntil = Math.Max(head, _begin) + Slots.Length;
            Volatile.Write(ref FreeUntil, freeUntil);
            return ticket < freeUntil;
        }
    }
}
