using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.Server.Tests.JetStream.Model;

/// <summary>
/// All orders of a number of steps between a read and its consumer, with lost requests, messages, statuses and sessions in them: after each of them both continue.
/// There is no state in which the client waits for the server and the server waits for the client.
/// </summary>
public sealed class PullModelTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private static readonly PullSettings s_consume = new()
    {
        MaxMsgs = 2,
        Threshold = 1,
        Expires = 30 * TimeSpan.TicksPerSecond,
        Heartbeat = 5 * TimeSpan.TicksPerSecond,
    };

    private static readonly PullSettings s_fetch = s_consume with { IsSingle = true, Threshold = 0, Expires = 12 * TimeSpan.TicksPerSecond };

    [Fact]
    public void Consume_and_its_consumer_never_both_wait() => Explore(s_consume, depth: 6, faults: 2);

    [Fact]
    public void Consume_of_one_message_at_a_time_and_its_consumer_never_both_wait() => Explore(s_consume with { MaxMsgs = 1, Threshold = 0 }, depth: 6, faults: 2);

    [Fact]
    public void Consume_in_bytes_and_its_consumer_never_both_wait() =>
        Explore(s_consume with { MaxMsgs = PullSettings.BatchOfBytes, MaxBytes = 200, Threshold = 100 }, depth: 5, faults: 2);

    [Fact]
    public void Consume_without_heartbeats_and_its_consumer_never_both_wait() => Explore(s_consume with { Heartbeat = 0 }, depth: 5, faults: 2);

    [Fact]
    public void Fetch_ends_whatever_happens() => Explore(s_fetch, depth: 6, faults: 2);

    [Fact]
    public void Read_of_a_deleted_consumer_ends_whatever_happens() => Explore(s_consume, depth: 5, faults: 2, mayDelete: true);

    [Fact]
    [Trait("Duration", "Long")]
    public void Consume_and_its_consumer_never_both_wait_after_more_steps() => Explore(s_consume, depth: 7, faults: 3);

    private static void Explore(PullSettings settings, int depth, int faults, bool mayDelete = false)
    {
        var path = new List<PullStep>();
        long states = Visit(settings, path, depth, faults, mayDelete);
        TestContext.Current.TestOutputHelper?.WriteLine($"{states} states");
        Assert.True(states > 1_000, "the steps are explored");
    }

    // Depth first. The state of a path is built again by its steps, as neither side can be copied.
    private static long Visit(PullSettings settings, List<PullStep> path, int depth, int faults, bool mayDelete)
    {
        PullWorld world = Follow(settings, path, faults, mayDelete);
        List<PullStep> next = [.. world.Possible];
        long before = world.Now;
        if (!world.Settles(s_limit))
        {
            Assert.Fail($"After {string.Join(", ", path)} both wait {TimeSpan.FromTicks(world.Now - before)} later: {world}");
        }

        long states = 1;
        if (path.Count < depth)
        {
            foreach (PullStep step in next)
            {
                path.Add(step);
                states += Visit(settings, path, depth, faults, mayDelete);
                path.RemoveAt(path.Count - 1);
            }
        }

        return states;
    }

    private static PullWorld Follow(PullSettings settings, List<PullStep> path, int faults, bool mayDelete)
    {
        var world = new PullWorld(settings, new PullBudget(faults, messages: 2, mayDelete));
        path.ForEach(world.Do);
        return world;
    }
}
