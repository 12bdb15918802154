using System;

namespace Akka.Util;

public static class ThreadLocalRandom
{
    /// <summary>A generator that any thread may use.</summary>
    public static Random Current => Random.Shared;
}
