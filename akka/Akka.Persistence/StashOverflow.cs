using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>What becomes of a message for which the internal stash has no room: one of the three below.</summary>
public interface IStashOverflowStrategy
{
}

/// <summary>Makes a strategy by configuration (akka.persistence.internal-stash-overflow-strategy).</summary>
public interface IStashOverflowStrategyConfigurator
{
    IStashOverflowStrategy Create(Config config);
}

/// <summary>The message becomes a dead letter.</summary>
public class DiscardToDeadLetterStrategy : IStashOverflowStrategy
{
    private DiscardToDeadLetterStrategy()
    {
    }

    public static DiscardToDeadLetterStrategy Instance { get; } = new();
}

/// <summary>The actor fails with a StashOverflowException.</summary>
public class ThrowOverflowExceptionStrategy : IStashOverflowStrategy
{
    private ThrowOverflowExceptionStrategy()
    {
    }

    public static ThrowOverflowExceptionStrategy Instance { get; } = new();
}

/// <summary>The sender is told.</summary>
public sealed class ReplyToStrategy : IStashOverflowStrategy
{
    public ReplyToStrategy(object response)
    {
        Response = response;
    }

    public object Response { get; }
}

public sealed class ThrowExceptionConfigurator : IStashOverflowStrategyConfigurator
{
    public IStashOverflowStrategy Create(Config config) => ThrowOverflowExceptionStrategy.Instance;
}

public sealed class DiscardConfigurator : IStashOverflowStrategyConfigurator
{
    public IStashOverflowStrategy Create(Config config) => DiscardToDeadLetterStrategy.Instance;
}
