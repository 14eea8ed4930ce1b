using System.Runtime.CompilerServices;
using Earshot.Connections;
using Earshot.JetStream.Requests;

namespace Earshot.JetStream.Consuming;

/// <summary>
/// One run: workers that take turns to read the next message and handle it, as many as handlers may run. Decisions are those of
/// <see cref="RunMachine"/>.
/// </summary>
internal sealed class HandlerRun<T> : IDisposable
{
    private readonly Func<INatsJSMsg<T>, CancellationToken, Task> _handler;
    private readonly RunSettings _settings;
    private readonly INatsJSConsume<T> _consume;
    private readonly HandledMessages<T> _messages;
    private readonly RunningHandlers<T> _running;
    private readonly RunCounts _counts = new();
    private Task _stopping = Task.CompletedTask;

    private HandlerRun(INatsJSConsumer consumer, INatsJSConsume<T> consume, Func<INatsJSMsg<T>, CancellationToken, Task> handler, RunSettings settings)
    {
        (_handler, _settings, _consume) = (handler, settings, consume);
        _messages = new HandledMessages<T>(consumer, consume);
        _running = new RunningHandlers<T>(settings);
    }

    public static async Task<NatsJSRunResult> RunAsync(
        INatsJSConsumer consumer, Func<INatsJSMsg<T>, CancellationToken, Task> handler, RunSettings settings, INatsDeserialize<T>? serializer, CancellationToken cancellationToken)
    {
        INatsJSConsume<T> consume = await consumer.StartConsumeAsync(serializer, settings.Consume, cancellationToken).ConfigureAwait(false);
        using var run = new HandlerRun<T>(consumer, consume, handler, settings);
        return await run.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    public void Dispose() => _running.Dispose();

    private async Task<NatsJSRunResult> RunAsync(CancellationToken cancellationToken)
    {
        await using (_messages.ConfigureAwait(false))
        {
            var workers = new Task[_settings.MaxConcurrency];
            await using (cancellationToken.UnsafeRegister(static run => ((HandlerRun<T>)run!).Stop(), this).ConfigureAwait(false))
            {
                for (int i = 0; i < workers.Length; i++)
                {
                    workers[i] = WorkAsync(i);
                }

                await Task.WhenAll(workers).ConfigureAwait(false);
            }

            await _stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return _messages.Failure is { } failure ? throw failure : _counts.Result;
    }

    // Requests no more messages. What was requested is handled or returned to the server, as the options specify.
    private void Stop()
    {
        _running.Stop();
        _stopping = _settings.DrainsAtStop ? _consume.DrainAsync(CancellationToken.None).AsTask() : _consume.StopAsync(CancellationToken.None).AsTask();
    }

    private async Task WorkAsync(int slot)
    {
        // Continues on the thread pool: handlers run concurrently, and not in the caller's context.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (await _messages.NextAsync(_running.Token).ConfigureAwait(false) is { Msg: { } msg } next)
            {
                await HandleAsync(slot, msg, next.Traits).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            // Not of the handler, but of a message of the application's own. It ends the run, not one worker.
            _messages.Fail(e);
            Stop();
        }

        _running.Stop(); // the handlers that still run are the last ones
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask HandleAsync(int slot, INatsJSMsg<T> msg, ConsumerTraits traits)
    {
        ulong delivered = msg.Metadata?.NumDelivered ?? 1;
        long begun = TimeProvider.System.GetTimestamp();
        _running.Begin(slot, msg, traits.IsWithoutAck ? 0 : traits.AckWaitOf(delivered));
        Exception? error = _settings.IsManual ? null : msg.Error; // reported by the decoder
        HandlerOutcome outcome = error is null ? HandlerOutcome.Succeeded : HandlerOutcome.Failed;
        ProcessOperation operation = MessageTelemetry.IsProcessObserved ? ReadTelemetry.BeginProcess(msg) : default;
        Exception? canceled = null;
        if (error is null)
        {
            try
            {
                await _handler(msg, _running.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException e) when (_running.Token.IsCancellationRequested)
            {
                (outcome, canceled) = (HandlerOutcome.Canceled, e);
            }
            catch (Exception e)
            {
                (outcome, error) = (HandlerOutcome.Failed, e);
                HandlerReports.Append(msg.Connection, e);
            }
        }

        HandlerVerdict verdict = _running.End(slot, outcome, delivered, traits.BackOff);
        _counts.Add(outcome, verdict);
        JetStreamMeter.Handled(msg.Connection, outcome, TimeProvider.System.GetElapsedTime(begun));
        operation.End(error ?? canceled);
        await HandlerAcks.SendAsync(msg, verdict, delivered, error).ConfigureAwait(false);
        _messages.Handled(msg);
    }
}
