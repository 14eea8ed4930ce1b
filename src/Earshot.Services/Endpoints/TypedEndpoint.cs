using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Earshot.Connections;
using Earshot.Diagnostics;

namespace Earshot.Services.Endpoints;

/// <summary>Reads the requests of one endpoint, calls the handler, and answers where it throws.</summary>
internal sealed class TypedEndpoint<T>(RunningService service, EndpointPlan plan, Func<NatsSvcMsg<T>, ValueTask> handler, INatsDeserialize<T>? deserializer) : ServiceEndpoint(plan)
{
    private const int InternalError = 500;

    private INatsSub<T>? _subscription;
    private Task _readers = Task.CompletedTask;

    public override Task Ended => _readers;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        INatsSub<T> subscription = await service.Connection.SubscribeCoreAsync(Subject, QueueGroup, deserializer, Plan.SubOpts, cancellationToken).ConfigureAwait(false);
        _subscription = subscription;
        try
        {
            await subscription.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _readers = Task.WhenAll(Enumerable.Range(0, Plan.MaxConcurrency).Select(_ => ReadAsync(subscription)));
    }

    public override async Task UnsubscribeAsync()
    {
        if (_subscription is { } subscription)
        {
            await subscription.DrainAsync().ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync() => await service.RemoveAsync(this, CancellationToken.None).ConfigureAwait(false);

    // Several readers share the subscription, one per request that may be processed at the same time.
    private async Task ReadAsync(INatsSub<T> subscription)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not in the context of the caller
        try
        {
            // An enumeration, so that a drain waits for the request that is processed.
            IAsyncEnumerator<NatsMsg<T>> requests = subscription.Msgs.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
            await using ConfiguredAsyncDisposable left = requests.ConfigureAwait(false);
            while (await requests.MoveNextAsync().ConfigureAwait(false))
            {
                await ProcessAsync(subscription, requests).ConfigureAwait(false);
            }
        }
        catch (NatsException)
        {
            // The connection is closed: its events say so.
        }
    }

    // The enumeration measures for how long a request is processed, and is informed of its error.
    private async Task ProcessAsync(INatsSub<T> subscription, IAsyncEnumerator<NatsMsg<T>> requests)
    {
        long started = service.Time.GetTimestamp();
        var request = new NatsSvcMsg<T>(requests.Current, this, requests.Current.Error);
        Activity? activity = EarshotActivities.HasListeners ? Begin(subscription, requests.Current) : null;
        try
        {
            await handler(request).ConfigureAwait(false);
        }
        catch (NatsSvcEndpointException e)
        {
            SetError(requests, activity, e, e.Code.ToString(CultureInfo.InvariantCulture));
            await AnswerAsync(subscription, request, e.Code, e.Message, e.Body).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            SetError(requests, activity, e, e.GetType().FullName!);
            service.ReportException(e, subscription);
            Failed(InternalError, e.Message);
            string description = service.Config.SendExceptionMessages ? e.Message : "internal error";
            await AnswerAsync(subscription, request.Uncounted(), InternalError, description, "").ConfigureAwait(false);
        }

        EarshotActivities.End(activity);
        Processed(service.Time.GetElapsedTime(started));
    }

    private static void SetError(IAsyncEnumerator<NatsMsg<T>> requests, Activity? activity, Exception error, string errorType)
    {
        (requests as IHandledMessages)?.Failed(errorType);
        activity?.SetStatus(ActivityStatusCode.Error, error.Message).SetTag(TelemetryNames.ErrorType, errorType);
    }

    private Activity? Begin(INatsSub<T> subscription, in NatsMsg<T> message) => MessageTelemetry.StartProcess(
        new ReceivedContext(message.Subject, message.ReplyTo, message.Headers, message.Size, message.Connection),
        MessageOrigin.Of(subscription, service.Connection));

    private async Task AnswerAsync(INatsSub<T> subscription, NatsSvcMsg<T> request, int code, string description, string body)
    {
        if (request.ReplyTo is null)
        {
            request.Count(code, description);
            return;
        }

        try
        {
            await request.ReplyErrorAsync(code, description, body, serializer: NatsUtf8PrimitivesSerializer<string>.Default).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            service.ReportException(e, subscription); // the connection is closed, or its buffer is full
        }
    }
}
