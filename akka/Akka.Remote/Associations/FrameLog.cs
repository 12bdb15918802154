using System;
using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Event;

namespace Akka.Remote.Associations;

/// <summary>Tells of large messages: of every type the first one, and then each that is a tenth larger than those before. Any thread.</summary>
internal sealed class FrameLog(ILoggingAdapter log, long atLeast)
{
    private readonly ConcurrentDictionary<Type, int> _largest = new();

    /// <summary>Bytes of a frame.</summary>
    public long AtLeast { get; } = atLeast;

    public void Add(object message, int length, IActorRef recipient)
    {
        Type type = message.GetType();
        if (_largest.TryGetValue(type, out int largest) && length < largest + (largest / 10)) return;
        _largest[type] = length;
        log.Info("Payload size for [{0}] is [{1}] bytes. Sent to {2}", type, length, recipient);
    }
}
