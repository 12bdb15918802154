using System;
using Akka.Actor;

namespace Akka.Pattern;

/// <summary>Something is in a state that its rules exclude.</summary>
public class IllegalStateException : AkkaException
{
    public IllegalStateException(string message) : base(message)
    {
    }

    public IllegalStateException(string message, Exception innerEx) : base(message, innerEx)
    {
    }
}

/// <summary>A circuit breaker is open: the call was not made.</summary>
public class OpenCircuitException : AkkaException
{
    private const string Text = "Circuit Breaker is open; calls are failing fast";

    public OpenCircuitException() : base(Text)
    {
    }

    public OpenCircuitException(string message) : base(message)
    {
    }

    public OpenCircuitException(string message, TimeSpan remainingDuration) : base(message)
    {
        RemainingDuration = remainingDuration;
    }

    public OpenCircuitException(string message, Exception cause) : base(message, cause)
    {
    }

    public OpenCircuitException(string message, Exception cause, TimeSpan remainingDuration) : base(message, cause)
    {
        RemainingDuration = remainingDuration;
    }

    public OpenCircuitException(Exception cause) : base(Text, cause)
    {
    }

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
    public UserCalledFailException()
    {
    }
}
