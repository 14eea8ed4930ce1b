using Earshot.Subscriptions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Subscriptions;

/// <summary>How long a slow queue may hold up the read loop.</summary>
public sealed class PauseBudgetTests
{
    private readonly FakeTimeProvider _time = new();
    private PauseBudget _budget;

    [Fact]
    public void Readers_that_stop_for_a_moment_are_waited_for_five_steps()
    {
        Assert.Equal(5, SpendAll());
        Assert.Equal(PauseBudget.Longest, 5 * PauseBudget.Step);
    }

    [Fact]
    public void Readers_that_remain_slow_are_waited_for_one_step_in_five_seconds()
    {
        SpendAll();
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(5) - PauseBudget.Step);
            Assert.False(_budget.Allows(_time));
            _time.Advance(PauseBudget.Step);
            Assert.Equal(1, SpendAll());
        }
    }

    [Fact]
    public void Whole_budget_is_there_again_after_twenty_five_seconds_and_never_more_than_that()
    {
        SpendAll();
        _time.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(5, SpendAll());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(5, SpendAll());
    }

    private int SpendAll()
    {
        int steps = 0;
        while (_budget.Allows(_time))
        {
            _budget.Spend(_time);
            steps++;
        }

        return steps;
    }
}
