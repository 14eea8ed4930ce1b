using Earshot.Client.Tests.Sessions;
using Earshot.Lifecycle;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>How many calls of one callback there may be at once, and which answers count.</summary>
public sealed class CallbackGateTests : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();
    private readonly CancellationTokenSource _third = new();
    private readonly List<TaskCompletionSource<int>> _calls = [];
    private readonly FakeTimeProvider _time = new();

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _third.Dispose();
    }

    [Fact]
    public async Task No_call_begins_beside_an_abandoned_one_and_every_caller_that_waits_in_vain_is_overdue()
    {
        var gate = new CallbackGate<int>(OptionCallback.Auth);
        await AbandonAsync(gate, _first);
        Assert.True(gate.TakeOverdue());
        Assert.False(gate.TakeOverdue());
        Task<int> second = gate.CallAsync(null, Ask, _second.Token);
        await _second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.True(gate.TakeOverdue());
        Assert.False(gate.TakeOverdue());
        Task<int> third = gate.CallAsync(null, Ask, _third.Token);
        Assert.Single(_calls);
        _calls[0].SetResult(1);
        await CalledAsync(2);
        _calls[1].SetResult(3);

        Assert.Equal(3, await third);
        Assert.False(gate.TakeOverdue());
    }

    [Fact]
    public async Task A_caller_that_has_an_answer_of_its_own_leaves_at_once_while_an_abandoned_call_is_out()
    {
        var gate = new CallbackGate<int>(OptionCallback.ServerSelector) { LeavesAtOnce = true };
        await AbandonAsync(gate, _first);
        await Assert.ThrowsAsync<TimeoutException>(() => gate.CallAsync(null, Ask, _second.Token)); // no time has passed
        _calls[0].SetResult(1);
        Task<int> third = gate.CallAsync(null, Ask, _third.Token);
        await CalledAsync(2);
        _calls[1].SetResult(2);
        Assert.Equal(2, await third);
    }

    [Fact]
    public async Task A_caller_waits_for_the_one_before_it_and_not_beyond_its_own_deadline()
    {
        var gate = new CallbackGate<int>(OptionCallback.Dialer);
        Task<int> first = gate.CallAsync(null, Ask, _first.Token);
        await CalledAsync(1);
        Task<int> second = gate.CallAsync(null, Ask, _second.Token);
        await _second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _calls[0].SetResult(1);
        Assert.Equal(1, await first);
        Assert.Single(_calls);
        Assert.True(gate.TakeOverdue());
    }

    [Theory]
    [InlineData(true, "a", 1)]
    [InlineData(true, "b", 2)]
    [InlineData(false, "a", 2)]
    public async Task A_late_answer_serves_the_next_caller_with_the_same_key_where_late_answers_are_kept(bool keepsLate, string key, int expected)
    {
        var gate = new CallbackGate<int>(OptionCallback.Auth) { KeepsLateBy = keepsLate ? _time : null };
        await AbandonAsync(gate, _first, "a");
        _calls[0].SetResult(1);
        Task<int> next = gate.CallAsync(key, Ask, _second.Token);
        if (expected == 2)
        {
            await CalledAsync(2);
            _calls[1].SetResult(2);
        }

        Assert.Equal(expected, await next);
    }

    [Fact]
    public async Task A_late_answer_that_comes_while_the_next_caller_waits_serves_it()
    {
        var gate = new CallbackGate<int>(OptionCallback.Auth) { KeepsLateBy = _time };
        await AbandonAsync(gate, _first, "a");
        Task<int> next = gate.CallAsync("a", Ask, _second.Token);
        _calls[0].SetResult(1);
        Assert.Equal(1, await next);
        Assert.Single(_calls);
    }

    [Fact]
    public async Task A_late_answer_waits_for_its_key_while_others_are_asked_for_and_not_for_ever()
    {
        var gate = new CallbackGate<int>(OptionCallback.Auth) { KeepsLateBy = _time };
        await AbandonAsync(gate, _first, "a");
        Task<int> other = gate.CallAsync("b", Ask, _second.Token);
        _calls[0].SetResult(1);
        await CalledAsync(2);
        _calls[1].SetResult(2);
        Assert.Equal((2, 1), (await other, await gate.CallAsync("a", Ask, CancellationToken.None)));

        await AbandonAsync(gate, _third, "a");
        _calls[2].SetResult(3);
        _time.Advance(TimeSpan.FromSeconds(31));
        Task<int> fresh = gate.CallAsync("a", Ask, CancellationToken.None);
        await CalledAsync(4);
        _calls[3].SetResult(4);
        Assert.Equal(4, await fresh);
    }

    [Fact]
    public async Task A_shared_callback_is_called_for_two_attempts_at_once_and_for_no_third_and_a_dropped_answer_is_released()
    {
        var released = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new CallbackGate<int>(OptionCallback.Dialer) { IsShared = true, Release = released.SetResult };
        Task<int> first = gate.CallAsync(null, Ask, _first.Token);
        Task<int> second = gate.CallAsync(null, Ask, _second.Token);
        await CalledAsync(2);
        await _first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Task<int> third = gate.CallAsync(null, Ask, _third.Token);
        Assert.Equal(2, _calls.Count);
        _calls[0].SetResult(7);
        await CalledAsync(3);
        _calls[1].SetResult(7);
        _calls[2].SetResult(8);
        Assert.Equal((7, 8), (await second, await third));
        Assert.Equal(7, await released.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    private async Task AbandonAsync(CallbackGate<int> gate, CancellationTokenSource deadline, string? key = null)
    {
        int calls = _calls.Count;
        Task<int> call = gate.CallAsync(key, Ask, deadline.Token);
        await CalledAsync(calls + 1);
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private ValueTask<int> Ask()
    {
        var answer = new TaskCompletionSource<int>(); // continues in SetResult, so that the gate knows when that returns
        lock (_calls)
        {
            _calls.Add(answer);
        }

        return new ValueTask<int>(answer.Task);
    }

    private Task CalledAsync(int count) => Conditions.UntilAsync(() =>
    {
        lock (_calls)
        {
            return _calls.Count == count;
        }
    });
}
