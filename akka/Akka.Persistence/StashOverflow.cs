using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>What becomes of a message for which the internal stash has no room: one of the three below.</summary>
public interface IStashOverflowStrategy
{
}

/// <summary>Makes a strategy by configuration (akka.persistence.internal-stash-overflow-strategy).</summary>
public interface IStashOverflowStrategyConfigurator
{
    /// <summary>The strategy.</summary>
    IStashOverflowStrategy Create(Config config);
}

/// <summary>The message becomes a dead letter.</summary>
public class DiscardToDeadLetterStrategy : IStashOverflowStrategy
{
    private DiscardToDeadLetterStrategy()
    {
    }

    /// <summary>The only one.</summary>
    public static DiscardToDeadLetterStrategy Instance { get; } = new();
}

/// <summary>The actor fails with a StashOverflowException.</summary>
public class ThrowOverflowExceptionStrategy : IStashOverflowStrategy
{
    private ThrowOverflowExceptionStrategy()
    {
    }

    /// <summary>The only one.</summary>
    public static ThrowOverflowExceptionStrategy Instance { get; } = new();
}

/// <summary>The sender is told.</summary>
public sealed class ReplyToStrategy : IStashOverflowStrategy
{
    /// <summary>Senders get the response.</summary>
    public ReplyToStrategy(object response)
    {
        Response = response;
    }

    /// <summary>What senders get.</summary>
    public object Response { get; }
}

/// <summary>For ThrowOverflowExceptionStrategy.</summary>
public sealed class ThrowExceptionConfigurator : IStashOverflowStrategyConfigurator
{
    /// <summary>The strategy.</summary>
    public IStashOverflowStrategy Create(Config config) => ThrowOverflowExceptionStrategy.Instance;
}

/// <summary>For DiscardToDeadLetterStrategy.</summary>
public sealed class DiscardConfigurator : IStashOverflowStrategyConfigurator
{
    /// <summary>The strategy.</summary>
    public IStashOverflowStrategy Create(Config config) => DiscardToDeadLetterStrategy.Instance;
}
