using System;
using System.Collections;
using System.Globalization;
using Xunit;

namespace Akka.TestKit.Xunit2;

/// <summary>Failures of the kit as failures of xunit.</summary>
public class XunitAssertions : ITestKitAssertions
{
    /// <inheritdoc/>
    public void Fail(string format = "", params object[] args) => Assert.Fail(Text(format, args));

    /// <inheritdoc/>
    public void AssertTrue(bool condition, string format = "", params object[] args)
    {
        if (!condition)
        {
            Fail(format, args);
        }
    }

    /// <inheritdoc/>
    public void AssertFalse(bool condition, string format = "", params object[] args) => AssertTrue(!condition, format, args);

    /// <inheritdoc/>
    public void AssertEqual<T>(T expected, T actual, string format = "", params object[] args)
    {
        if (!AreEqual(expected, actual))
        {
            Fail("{0}\nExpected: {1}\nActual:   {2}", Text(format, args), expected, actual);
        }
    }

    /// <inheritdoc/>
    public void AssertEqual<T>(T expected, T actual, Func<T, T, bool> comparer, string format = "", params object[] args)
    {
        if (!comparer(expected, actual))
        {
            Fail("{0}\nExpected: {1}\nActual:   {2}", Text(format, args), expected, actual);
        }
    }

    private static string Text(string format, object[] args) =>
        args is { Length: > 0 } ? string.Format(CultureInfo.InvariantCulture, format, args) : format;

    /// <summary>Collections are equal if their elements are.</summary>
    private static bool AreEqual(object expected, object actual)
    {
        if (Equals(expected, actual))
        {
            return true;
        }

        if (expected is string || actual is string || expected is not IEnumerable expectedItems || actual is not IEnumerable actualItems)
        {
            return false;
        }

        var left = expectedItems.GetEnumerator();
        var right = actualItems.GetEnumerator();
        while (true)
        {
            var hasLeft = left.MoveNext();
            if (hasLeft != right.MoveNext())
            {
                return false;
            }

            if (!hasLeft)
            {
                return true;
            }

            if (!AreEqual(left.Current, right.Current))
            {
                return false;
            }
        }
    }
}
