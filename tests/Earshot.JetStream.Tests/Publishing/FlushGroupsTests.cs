using Earshot.JetStream.Publishing;
using Xunit;

namespace Earshot.JetStream.Tests.Publishing;

/// <summary>Flushes that wait for the messages before them, compared with a model.</summary>
public sealed class FlushGroupsTests
{
    [Fact]
    public void Flush_completes_with_the_last_message_before_it_in_any_order_of_the_outcomes()
    {
        var groups = new FlushGroups();
        var open = new List<(int Number, FlushGroups.Group Group)>();
        var flushes = new List<(Task Done, HashSet<int> Awaited)>();
        var random = new Random(11);
        int number = 0, completed = 0;
        for (int step = 0; step < 20_000; step++)
        {
            int choice = random.Next(100);
            if (choice < 48)
            {
                open.Add((++number, groups.Enter()));
            }
            else if (choice < 52)
            {
                flushes.Add((groups.FlushAsync(), [.. open.Select(message => message.Number)]));
            }
            else if (open.Count > 0)
            {
                int place = random.Next(Math.Min(open.Count, 50));
                (int left, FlushGroups.Group group) = open[place];
                open.RemoveAt(place);
                flushes.ForEach(flush => flush.Awaited.Remove(left));
                List<TaskCompletionSource>? done = null;
                groups.Leave(group, ref done);
                done?.ForEach(flush => flush.SetResult());
            }

            Assert.All(flushes, flush => Assert.Equal(flush.Awaited.Count == 0, flush.Done.IsCompleted));
            completed += flushes.RemoveAll(flush => flush.Done.IsCompleted);
        }

        Assert.InRange(completed, 100, 20_000);
    }

    [Fact]
    public void Million_messages_behind_one_without_an_outcome_need_no_memory()
    {
        var groups = new FlushGroups();
        groups.Enter();
        List<TaskCompletionSource>? done = null;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000_000; i++)
        {
            groups.Leave(groups.Enter(), ref done);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
