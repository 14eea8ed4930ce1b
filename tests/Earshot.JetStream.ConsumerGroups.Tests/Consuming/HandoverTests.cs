using Earshot.JetStream.ConsumerGroups.Consuming;
using Earshot.JetStream.Tests.Consuming;
using Xunit;

namespace Earshot.JetStream.ConsumerGroups.Tests.Consuming;

/// <summary>What an enumeration does with the messages of a run whose handlers are cancelled, as by a change of the members.</summary>
public sealed class HandoverTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_that_the_application_processes_is_waited_for_when_the_members_change()
    {
        using var change = new CancellationTokenSource();
        Task handled = Task.CompletedTask;
        await using IAsyncEnumerator<NatsPcgMsg<string>> messages = Handover.EnumerateAsync<string>(
            (handler, _) => handled = handler(Message("1"), change.Token), Cancel).GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync().AsTask().WaitAsync(s_limit, Cancel));
        await change.CancelAsync();
        Assert.False(handled.IsCompleted);
        Assert.False(await messages.MoveNextAsync().AsTask().WaitAsync(s_limit, Cancel));
        Assert.True(handled.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_message_that_the_application_has_not_taken_is_returned_and_not_enumerated()
    {
        using var change = new CancellationTokenSource();
        var returned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        async Task RunAsync(Func<NatsPcgMsg<string>, CancellationToken, Task> handler, CancellationToken stop)
        {
            Task first = handler(Message("1"), CancellationToken.None);
            Task second = handler(Message("2"), change.Token);
            await change.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
            returned.SetResult();
            await first;
            await handler(Message("3"), stop);
        }

        List<string?> taken = [];
        await foreach (NatsPcgMsg<string> message in Handover.EnumerateAsync<string>(RunAsync, Cancel).WithCancellation(Cancel))
        {
            taken.Add(message.Data);
            await returned.Task.WaitAsync(s_limit, Cancel);
        }

        Assert.Equal(["1", "3"], taken);
    }

    [Fact]
    public async Task A_message_that_is_taken_when_the_enumeration_ends_is_returned()
    {
        Task handled = Task.CompletedTask;
        await foreach (NatsPcgMsg<string> _ in Handover.EnumerateAsync<string>((handler, stop) => handled = handler(Message("1"), stop), Cancel).WithCancellation(Cancel))
        {
            break;
        }

        Assert.True(handled.IsCanceled);
    }

    [Fact]
    public async Task A_message_that_is_taken_when_the_token_is_cancelled_is_processed_to_its_end()
    {
        using var stop = new CancellationTokenSource();
        Task handled = Task.CompletedTask;
        int taken = 0;
        await foreach (NatsPcgMsg<string> _ in Handover.EnumerateAsync<string>((handler, cancel) => handled = handler(Message("1"), cancel), stop.Token).WithCancellation(Cancel))
        {
            taken++;
            await stop.CancelAsync();
            Assert.False(handled.IsCompleted);
        }

        Assert.Equal(1, taken);
        Assert.True(handled.IsCompletedSuccessfully);
    }

    private static NatsPcgMsg<string> Message(string data) => new(new FakeMsg(data, static _ => { }));
}
