using System;

namespace Akka.Util;

/// <summary>A random generator for each thread.</summary>
public static class ThreadLocalRandom
{
    /// <summary>A generator that any thread may use.</summary>
    public static Random Current => Random.Shared;
}
