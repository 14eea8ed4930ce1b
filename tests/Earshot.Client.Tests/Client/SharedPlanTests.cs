using Earshot.Connections;
using Xunit;

namespace Earshot.Client.Tests.Client;

/// <summary>Connections with equal options share what follows from them, and no others do.</summary>
public sealed class SharedPlanTests
{
    [Fact]
    public void Options_that_were_not_changed_are_equal() => Assert.Equal(new NatsOpts(), NatsOpts.Default);

    [Fact]
    public void Options_with_callbacks_are_equal_only_where_they_share_them()
    {
        var callbacks = new NatsEventCallbacks { OnClosed = static (_, _) => default };
        Assert.NotEqual(new NatsOpts { Events = callbacks }, new NatsOpts());
        Assert.NotEqual(new NatsOpts { Events = callbacks }, new NatsOpts { Events = new NatsEventCallbacks { OnClosed = callbacks.OnClosed } });
        Assert.Equal(new NatsOpts { Events = callbacks }, new NatsOpts { Events = callbacks });
    }

    [Fact]
    public async Task Equal_options_share_a_plan_and_the_options_of_their_connections()
    {
        await using var one = new NatsConnection(Named("shared"));
        await using var other = new NatsConnection(Named("shared"));
        await using var third = new NatsConnection(Named("different"));

        Assert.Same(one.Opts, other.Opts);
        Assert.Same(ConnectionPlan.For(Named("shared")), ConnectionPlan.For(one.Opts));
        Assert.Equal((Named("shared"), Named("different")), (one.Opts, third.Opts));
    }

    [Fact]
    public async Task What_a_binder_changes_later_is_not_taken_for_the_options_of_a_connection()
    {
        NatsOpts bound = Named("bound");
        await using var before = new NatsConnection(bound);
        typeof(NatsAuthOpts).GetProperty(nameof(NatsAuthOpts.Username))!.SetValue(bound.AuthOpts, "changed");
        await using var after = new NatsConnection(bound);
        await using var equal = new NatsConnection(Named("bound") with { AuthOpts = new NatsAuthOpts { Username = "changed" } });

        Assert.Null(before.Opts.AuthOpts.Username);
        Assert.Equal("changed", after.Opts.AuthOpts.Username);
        Assert.Same(after.Opts, equal.Opts);
    }

    [Fact]
    public void Of_many_different_options_each_has_its_own_plan_as_long_as_it_is_used()
    {
        ConnectionPlan[] plans = [.. Enumerable.Range(0, 200).Select(static number => ConnectionPlan.For(Named($"many {number}")))];

        Assert.All(plans, static plan => Assert.Same(plan, ConnectionPlan.For(plan.Opts with { })));
        GC.KeepAlive(plans);
    }

    [Fact]
    public void Plans_that_no_connection_uses_any_more_are_forgotten()
    {
        var shared = new SharedPlans();
        for (int i = 0; i < 10; i++)
        {
            for (int j = 0; j < 60; j++)
            {
                AddUnused(shared, $"unused {i} {j}");
            }

            GC.Collect();
        }

        Assert.InRange(shared.Count, 1, 130);
        Assert.Null(shared.Find(Named("unused 0 0")));
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void AddUnused(SharedPlans shared, string name) => shared.Add(ConnectionPlan.For(Named(name)));

    private static NatsOpts Named(string name) => new() { Name = name };
}
