using Spectre.Console;

namespace DebianPackages;

/// <summary>One progress bar around a piece of work; a line instead where the output is no terminal.</summary>
public static class Bar
{
    public static async Task<T> Show<T>(string what, int total, Func<Action<int>, Task<T>> work)
    {
        if (!AnsiConsole.Profile.Capabilities.Interactive) return await work(_ => { });
        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var task = context.AddTask(what, maxValue: total);
                return await work(count => task.Increment(count));
            });
    }
}
