using Akka.Configuration;

namespace Akka.Contract.Tests;

/// <summary>A kit that waits long for what must come: a busy machine is no failure.</summary>
public abstract class PatientTestKit : TestKit.Xunit2.TestKit
{
    private static readonly Config Patience = ConfigurationFactory.ParseString("akka.test { single-expect-default = 10s, filter-leeway = 10s }");

    protected PatientTestKit() : base(Patience)
    {
    }

    protected PatientTestKit(string settings) : this(ConfigurationFactory.ParseString(settings))
    {
    }

    protected PatientTestKit(Config settings) : base(settings.WithFallback(Patience))
    {
    }
}
