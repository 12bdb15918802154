using Akka.Actor;

namespace Akka.Util;

/// <summary>What travels in the place of an <see cref="ISurrogated"/>.</summary>
public interface ISurrogate
{
    /// <summary>What this was written in place of.</summary>
    ISurrogated FromSurrogate(ActorSystem system);
}

/// <summary>Something that is serialized by way of a surrogate.</summary>
public interface ISurrogated
{
    /// <summary>What is written in place of this.</summary>
    ISurrogate ToSurrogate(ActorSystem system);
}
