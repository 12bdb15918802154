using System.Threading.Tasks;
using Akka.Twin.Scenarios.Harness;
using Xunit;

namespace Akka.Twin.Scenarios;

public sealed class ExitScenarios
{
    private const string Exiting = "twin.exiting = on, akka.loglevel = OFF, akka.stdout-loglevel = OFF";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_that_ends_takes_its_system_through_the_phases(bool signalled)
    {
        using var process = HostProcess.Start(Exiting);
        await process.ReadyAsync();
        if (signalled) process.Send(Signal.Terminate);
        else process.Say("return");
        await process.EndedAsync();
        Assert.True(process.HasSaid("phase before-service-unbind ClrExitReason"));
        Assert.True(process.HasSaid("phase service-stop ClrExitReason"));
        Assert.True(process.HasSaid("stopped"));
    }

    [Fact]
    public async Task A_process_that_was_told_so_ends_without_its_phases()
    {
        using var process = HostProcess.Start(Exiting + ", akka.coordinated-shutdown.run-by-clr-shutdown-hook = off");
        await process.ReadyAsync();
        process.Send(Signal.Terminate);
        await process.EndedAsync();
        Assert.False(process.HasSaid("phase before-service-unbind ClrExitReason"));
        Assert.False(process.HasSaid("stopped"));
    }
}
