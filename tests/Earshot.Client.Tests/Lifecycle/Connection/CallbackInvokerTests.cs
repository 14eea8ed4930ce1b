using Earshot.Client.Tests.Sessions;
using Earshot.Lifecycle;
using Xunit;

namespace Earshot.Client.Tests.Lifecycle.Connection;

/// <summary>How many concurrent calls of one callback there may be, and which results count.</summary>
public sealed class CallbackInvokerTests : IDisposable
{
    private readonly CancellationTokenSource _first = new();
    private readonly CancellationTokenSource _second = new();
    private readonly CancellationTokenSource _third = new();
    private readonly List<TaskCompletionSource<int>> _calls = [];

    public void Dispose()
    {
        _first.Dispose();
        _second.Dispose();
        _third.Dispose();
    }

    [Fact]
    public async Task One_call_is_abandoned_and_no_third_one_begins_while_two_are_out()
    {
        var gate = new CallbackInvoker<int>(NatsOptionCallback.Auth);
        await AbandonAsync(gate, _first);
        await AbandonAsync(gate, _second);
        Task<int> third = gate.CallAsync(null, Ask, _third.Token);
        Assert.Equal(2, _calls.Count);
        _calls[0].SetResult(1);
        await CalledAsync(3);
        _calls[2].SetResult(3);

        Assert.Equal(3, await third);
        Assert.True(gate.TakeOverdue());
        Assert.False(gate.TakeOverdue());
    }

    [Fact]
    public async Task A_caller_waits_for_the_one_before_it_and_not_beyond_its_own_deadline()
    {
        var gate = new CallbackInvoker<int>(NatsOptionCallback.Dialer);
        Task<int> first = gate.CallAsync(null, Ask, _first.Token);
        await CalledAsync(1);
        Task<int> second = gate.CallAsync(null, Ask, _second.Token);
        await _second.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _calls[0].SetResult(1);
        Assert.Equal(1, await first);
        Assert.Single(_calls);
        Assert.False(gate.TakeOverdue());
    }

    [Theory]
    [InlineData(true, "a", 1)]
    [InlineData(true, "b", 2)]
    [InlineData(false, "a", 2)]
    public async Task A_late_answer_serves_the_next_caller_with_the_same_key_where_late_answers_are_kept(bool keepsLate, string key, int expected)
    {
        var gate = new CallbackInvoker<int>(NatsOptionCallback.Auth) { KeepsLateResult = keepsLate };
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
    public async Task A_late_result_that_arrives_while_the_next_call_runs_is_used()
    {
        var gate = new CallbackInvoker<int>(NatsOptionCallback.Auth) { KeepsLateResult = true };
        await AbandonAsync(gate, _first, "a");
        Task<int> next = gate.CallAsync("a", Ask, _second.Token);
        await CalledAsync(2);
        _calls[0].SetResult(1);
        Assert.Equal(1, await next);
    }

    [Fact]
    public async Task A_shared_callback_is_called_for_two_concurrent_attempts_and_a_dropped_result_is_released()
    {
        var released = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var gate = new CallbackInvoker<int>(NatsOptionCallback.Dialer) { IsShared = true, Release = released.SetResult };
        Task<int> first = gate.CallAsync(null, Ask, _first.Token);
        Task<int> second = gate.CallAsync(null, Ask, _second.Token);
        await CalledAsync(2);
        await _first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _calls[0].SetResult(7);
        _calls[1].SetResult(7);
        Assert.Equal(7, await second);
        Assert.Equal(7, await released.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    private async Task AbandonAsync(CallbackInvoker<int> gate, CancellationTokenSource deadline, string? key = null)
    {
        int calls = _calls.Count;
        Task<int> call = gate.CallAsync(key, Ask, deadline.Token);
        await CalledAsync(calls + 1);
        await deadline.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    private ValueTask<int> Ask()
    {
        var answer = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
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
