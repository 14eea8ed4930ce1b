using Xunit;

namespace Earshot.Simulation.Tests;

public sealed class SeedTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(7)]
    [InlineData(4)] // with JetStream
    [InlineData(6)] // with push reads and batches
    [InlineData(10_000_000_002)] // with names
    public async Task The_same_seed_has_the_same_events_in_every_process(ulong seed)
    {
        string[] runs = await Task.WhenAll(EventsOfAsync(seed), EventsOfAsync(seed));

        Assert.Contains("call", runs[0], StringComparison.Ordinal);
        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public async Task A_seed_that_ran_behind_others_has_the_events_that_it_has_alone()
    {
        (int exitCode, string output) = await ChildSimulation.RunAsync(Cancellation, "--verify-repetition", "--from", "1", "--count", "6");

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task A_seed_with_JetStream_that_ran_behind_others_has_the_events_that_it_has_alone()
    {
        (int exitCode, string output) = await ChildSimulation.RunAsync(Cancellation, "--verify-repetition", "--jetstream", "--from", "1", "--count", "4");

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public async Task Seeds_that_failed_once_hold()
    {
        (int exitCode, string output) = await ChildSimulation.RunAsync(Cancellation, "--list", Path.Combine(AppContext.BaseDirectory, "failed-seeds.txt"));

        Assert.True(exitCode == 0, output);
    }

    [Fact]
    public Task New_seeds_hold() => RunNewSeedsAsync(seconds: 14);

    [Fact]
    [Trait("Duration", "Long")]
    public Task New_seeds_hold_for_two_minutes() => RunNewSeedsAsync(seconds: 120);

    private static async Task<string> EventsOfAsync(ulong seed) => (await ChildSimulation.RunAsync(Cancellation, "--seed", $"{seed}")).Output;

    // One process for each of the two processors that the limits of ./test are about.
    private static async Task RunNewSeedsAsync(int seconds)
    {
        string from = $"{TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()}";
        (int ExitCode, string Output)[] runs = await Task.WhenAll(
            ChildSimulation.RunAsync(Cancellation, "--from", $"{from}000000", "--seconds", $"{seconds}"),
            ChildSimulation.RunAsync(Cancellation, "--from", $"{from}500000", "--seconds", $"{seconds}"));

        foreach ((int exitCode, string output) in runs)
        {
            TestContext.Current.TestOutputHelper?.WriteLine(output);
            Assert.True(exitCode == 0, output);
        }
    }
}
