using Earshot.JetStream.Consuming;
using Xunit;

namespace Earshot.JetStream.Tests.Consuming;

/// <summary>Who cleans up a read with a handle: exactly one, in any order of the calls.</summary>
public sealed class ReadGateTests
{
    private ReadGate _gate; // of one test: the class is made for each

    [Fact]
    public void End_without_an_enumeration_cleans_up_once()
    {
        Assert.True(_gate.End());
        Assert.False(_gate.End());
        Assert.False(_gate.TryEnter());
    }

    [Fact]
    public void Enumeration_that_is_ended_cleans_up_when_it_leaves()
    {
        Assert.True(_gate.TryEnter());
        Assert.False(_gate.TryEnter());
        Assert.False(_gate.End());
        Assert.False(_gate.End());
        Assert.True(_gate.Leave());
        Assert.False(_gate.TryEnter());
    }

    [Fact]
    public void Read_that_was_left_can_be_entered_again_and_ended_by_a_caller()
    {
        Assert.True(_gate.TryEnter());
        Assert.False(_gate.Leave());
        Assert.True(_gate.TryEnter());
        Assert.False(_gate.Leave());
        Assert.True(_gate.End());
    }

    [Fact]
    public void Enumeration_that_ends_the_read_leaves_nothing_to_clean_up()
    {
        Assert.True(_gate.TryEnter());
        _gate.LeaveAndEnd();
        Assert.False(_gate.End());
        Assert.False(_gate.TryEnter());
    }

    [Fact]
    public async Task Stop_in_the_moment_when_the_enumeration_is_left_is_cleaned_up_by_exactly_one()
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        for (int i = 0; i < 2_000; i++)
        {
            var shared = new Shared();
            Assert.True(shared.Gate.TryEnter());
            using var both = new Barrier(2);
            Task<bool> leaving = Task.Run(
                () =>
                {
                    both.SignalAndWait(cancel);
                    return shared.Gate.Leave();
                },
                cancel);
            both.SignalAndWait(cancel);
            bool isEnded = shared.Gate.End();

            Assert.NotEqual(isEnded, await leaving);
        }
    }

    private sealed class Shared
    {
        public ReadGate Gate;
    }
}
