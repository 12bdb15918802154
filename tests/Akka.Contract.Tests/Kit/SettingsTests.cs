using Akka.Actor;
using Akka.Event;
using Akka.TestKit;
using Xunit;
using Xunit.Abstractions;

namespace Akka.Contract.Tests.Kit;

public class DefaultSettingsTests : TestKit.Xunit2.TestKit
{
    [Fact]
    public void The_waits_have_their_defaults()
    {
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.SingleExpectDefault);
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.TestEventFilterLeeway);
        Assert.Equal(TimeSpan.FromSeconds(5), TestKitSettings.DefaultTimeout);
        Assert.Equal(1.0, TestKitSettings.TestTimeFactor);
        Assert.Equal(TimeSpan.FromSeconds(3), RemainingOrDefault);
        Assert.Equal("test", Sys.Name);
        Assert.Equal(["Akka.TestKit.TestEventListener, Akka.TestKit"], Sys.Settings.Config.GetStringList("akka.loggers"));
    }
}

public class GivenSystemTests() : TestKit.Xunit2.TestKit(ActorSystem.Create("given", "akka { loglevel = OFF, stdout-loglevel = OFF, test.filter-leeway = 7s }"))
{
    [Fact]
    public void A_system_that_knows_nothing_of_tests_gets_their_defaults_and_keeps_its_own()
    {
        Assert.Equal("given", Sys.Name);
        Assert.Equal(TimeSpan.FromSeconds(7), TestKitSettings.TestEventFilterLeeway);
        Assert.Equal(TimeSpan.FromSeconds(3), TestKitSettings.SingleExpectDefault);
        CreateTestProbe().Send(TestActor, "hello");
        ExpectMsg("hello", TimeSpan.FromSeconds(10));
    }
}

public class DilatedSettingsTests : TestKit.Xunit2.TestKit
{
    public DilatedSettingsTests() : base("akka.test { timefactor = 3, single-expect-default = 10s }")
    {
    }

    [Fact]
    public void Every_wait_but_one_in_milliseconds_is_dilated()
    {
        Assert.Equal(TimeSpan.FromSeconds(3), Dilated(TimeSpan.FromSeconds(1)));
        Assert.Equal(TimeSpan.FromSeconds(30), RemainingOrDefault);
        Assert.Equal(TimeSpan.FromMilliseconds(300), GetTimeoutOrDefault(TimeSpan.FromMilliseconds(100)));
        Within(TimeSpan.FromSeconds(10), () => Assert.True(Remaining > TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public void Nothing_is_expected_for_the_default_wait_if_none_is_given()
    {
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
        {
            Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromMilliseconds(50), TestActor, "late", ActorRefs.NoSender);
            ExpectNoMsg();
        });
    }
}

public class OutputTests : TestKit.Xunit2.TestKit
{
    private readonly Lines _lines;

    public OutputTests() : this(new Lines())
    {
    }

    private OutputTests(Lines lines) : base("akka.loglevel = INFO", lines)
    {
        _lines = lines;
    }

    [Fact]
    public void The_log_goes_to_the_output_of_the_test()
    {
        Log.Debug("too quiet");
        Log.Info("loud {0}", "enough");
        AwaitAssert(() => Assert.Contains(_lines.All, line => line.Contains("loud enough")), TimeSpan.FromSeconds(10));
        Assert.DoesNotContain(_lines.All, line => line.Contains("too quiet"));
    }

    [Fact]
    public void The_log_of_another_system_goes_there_with_its_prefix()
    {
        using var other = ActorSystem.Create("other", Sys.Settings.Config);
        InitializeLogger(other, "other: ");
        other.Log.Info("from elsewhere");
        AwaitAssert(() => Assert.Contains(_lines.All, line => line.StartsWith("other: ") && line.Contains("from elsewhere")), TimeSpan.FromSeconds(10));
    }

    private sealed class Lines : ITestOutputHelper
    {
        private readonly List<string> _all = [];

        public string[] All
        {
            get
            {
                lock (_all) return [.. _all];
            }
        }

        public void WriteLine(string message)
        {
            lock (_all) _all.Add(message);
        }

        public void WriteLine(string format, params object[] args) => WriteLine(string.Format(format, args));
    }
}
