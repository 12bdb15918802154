using System;
using Akka.Actor;

namespace Akka.Pattern;

/// <summary>Something is in a state that its rules exclude.</summary>
public class IllegalStateException : AkkaException
{
    /// <summary>Says what does not fit.</summary>
    public IllegalStateException(string message) : base(message)
    {
    }

    /// <summary>Says what does not fit.</summary>
    public IllegalStateException(string message, Exception innerEx) : base(message, innerEx)
    {
    }
}

/// <summary>A circuit breaker is open: the call was not made.</summary>
public class OpenCircuitException : AkkaException
{
    private const string Text = "Circuit Breaker is open; calls are failing fast";

    /// <summary>The call was not made: the breaker is open.</summary>
    public OpenCircuitException() : base(Text)
    {
    }

    /// <summary>The call was not made: the breaker is open.</summary>
    public OpenCircuitException(string message) : base(message)
    {
    }

    /// <summary>The call was not made: the breaker is open.</summary>
    public OpenCircuitException(string message, TimeSpan remainingDuration) : base(message)
    {
        RemainingDuration = remainingDuration;
    }

    /// <summary>The call was not made: the breaker is open.</summary>
    public OpenCircuitException(string message, Exception cause) : base(message, cause)
    {
    }

    /// <summary>The call was not made: the breaker is open.</summary>
    public OpenCircuitException(string message, Exception cause, TimeSpan remainingDuration) : base(message, cause)
    {
        RemainingDuration = remainingDuration;
    }

    /// <summary>The call was not made: the breaker is open.</summary>
    public OpenCircuitException(Exception cause) : base(Text, cause)
    {
    }

    /// <summary>The call was not made: the breaker is open.</summary>
    public OpenCircuitException(Exception cause, TimeSpan remainingDuration) : base(Text, cause)
    {
        RemainingDuration = remainingDuration;
    }

    /// <summary>Until the next call is let through.</summary>
    public TimeSpan RemainingDuration { get; }
}

/// <summary>CircuitBreaker.Fail was called.</summary>
public class UserCalledFailException : AkkaException
{
    /// <summary>The breaker was told to fail.</summary>
    public UserCalledFailException()
    {
    }
}
