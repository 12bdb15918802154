using System.Collections.Generic;
using Akka.Actor;
using Akka.TestKit.Internal;

namespace Akka.TestKit.TestEvent;

/// <summary>To the test listeners: swallow what these filters match.</summary>
public sealed class Mute : INoSerializationVerificationNeeded
{
    /// <summary>Puts filters in front of the log.</summary>
    public Mute(params EventFilterBase[] filters)
    {
        Filters = filters;
    }

    /// <summary>Puts filters in front of the log.</summary>
    public Mute(IReadOnlyCollection<EventFilterBase> filters)
    {
        Filters = filters;
    }

    /// <summary>Which ones.</summary>
    public IReadOnlyCollection<EventFilterBase> Filters { get; }
}

/// <summary>To the test listeners: forget these filters.</summary>
public sealed class Unmute : INoSerializationVerificationNeeded
{
    /// <summary>Takes them away again.</summary>
    public Unmute(params EventFilterBase[] filters)
    {
        Filters = filters;
    }

    /// <summary>Takes them away again.</summary>
    public Unmute(IReadOnlyCollection<EventFilterBase> filters)
    {
        Filters = filters;
    }

    /// <summary>Which ones.</summary>
    public IReadOnlyCollection<EventFilterBase> Filters { get; }
}
