using System;

namespace Akka.Actor;

/// <summary>The base of the library's own exceptions.</summary>
public abstract class AkkaException : Exception
{
    /// <summary>Says what happened.</summary>
    protected AkkaException()
    {
    }

    /// <summary>Says what happened.</summary>
    protected AkkaException(string message, Exception cause = null) : base(message, cause)
    {
    }

    /// <summary>Why; may be null.</summary>
    protected Exception Cause => InnerException;
}
