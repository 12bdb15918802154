using System.Collections.Generic;
using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit.TestEvent;

/// <summary>To the test listeners: swallow what these filters match.</summary>
public sealed class Mute : INoSerializationVerificationNeeded
{
    public Mute(params EventFilterBase[] filters)
    {
        Filters = filters;
    }

    public Mute(IReadOnlyCollection<EventFilterBase> filters)
    {
        Filters = filters;
    }

    public IReadOnlyCollection<EventFilterBase> Filters { get; }
}

/// <summary>To the test listeners: forget these filters.</summary>
public sealed class Unmute : INoSerializationVerificationNeeded
{
    public Unmute(params EventFilterBase[] filters)
    {
        Filters = filters;
    }

    public Unmute(IReadOnlyCollection<EventFilterBase> filters)
    {
        Filters = filters;
    }

    public IReadOnlyCollection<EventFilterBase> Filters { get; }
}
