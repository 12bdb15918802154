using Akka.Actor;

namespace Akka.Util;

/// <summary>What travels in the place of an <see cref="ISurrogated"/>.</summary>
public interface ISurrogate
{
    ISurrogated FromSurrogate(ActorSystem system);
}

/// <summary>Something that is serialized by way of a surrogate.</summary>
public interface ISurrogated
{
    ISurrogate ToSurrogate(ActorSystem system);
}
