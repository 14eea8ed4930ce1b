using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Earshot.Connections;
using Earshot.Diagnostics;

namespace Earshot.Services.Endpoints;

/// <summary>Reads the requests of one endpoint, calls the handler, and answers where it throws.</summary>
internal sealed class TypedEndpoint<T>(RunningService service, EndpointPlan plan, Func<NatsSvcMsg<T>, ValueTask> handler, INatsDeserialize<T>? deserializer) : ServiceEndpoint(service, plan)
{
    private const int InternalError = 500;
    private const string InternalErrorText = "internal error";

    private INatsSub<T>? _subscription;

    public override INatsSub? Subscription => _subscription;

    public override (NatsSubEndReason Reason, Exception? Exception) End => _subscription is { } subscription ? (subscription.EndReason, subscription.Exception) : default;

    protected override async Task SubscribeAsync(CancellationToken cancellationToken)
    {
        INatsSub<T> subscription = await Service.Connection.SubscribeCoreAsync(Subject, QueueGroup, deserializer, Plan.SubOpts, cancellationToken).ConfigureAwait(false);
        try
        {
            await subscription.ConfirmAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        _subscription = subscription;
    }

    protected override async Task UnsubscribeAsync()
    {
        if (_subscription is { } subscription)
        {
            await subscription.DrainAsync().ConfigureAwait(false);
        }
    }

    // Several readers share the subscription, one per request that may be processed at the same time.
    protected override async Task ReadAsync(RequestReader reader)
    {
        INatsSub<T> subscription = _subscription!;
        try
        {
            // An enumeration, so that a drain waits for the request that is processed.
            IAsyncEnumerator<NatsMsg<T>> requests = subscription.Msgs.ReadAllAsync(CancellationToken.None).GetAsyncEnumerator(CancellationToken.None);
            await using ConfiguredAsyncDisposable left = requests.ConfigureAwait(false);
            while (await requests.MoveNextAsync().ConfigureAwait(false))
            {
                reader.Begin();
                await ProcessAsync(subscription, requests).ConfigureAwait(false);
                reader.End();
            }
        }
        catch (NatsException)
        {
            // The subscription has ended, and has the reason.
        }
    }

    // The enumeration measures for how long a request is processed, and is informed of its error.
    private async Task ProcessAsync(INatsSub<T> subscription, IAsyncEnumerator<NatsMsg<T>> requests)
    {
        long started = Service.Time.GetTimestamp();
        var outcome = new RequestOutcome(this);
        var request = new NatsSvcMsg<T>(requests.Current, outcome);
        Activity? activity = EarshotActivities.HasListeners ? Begin(subscription, requests.Current) : null;
        try
        {
            await handler(request).ConfigureAwait(false);
        }
        catch (NatsSvcEndpointException e)
        {
            string text = ErrorText.Of(e);
            SetError(requests, activity, text, e.Code.ToString(CultureInfo.InvariantCulture));
            outcome.Failed(e.Code, text);
            if (outcome.IsAnswered)
            {
                Service.ReportException(e, subscription); // the requester does not get it
            }
            else
            {
                await AnswerAsync(subscription, request.Uncounted(), e.Code, text, e.Body).ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            string text = ErrorText.Of(e);
            SetError(requests, activity, text, e.GetType().FullName!);
            Service.ReportException(e, subscription);
            outcome.Failed(InternalError, text);
            if (!outcome.IsAnswered)
            {
                await AnswerAsync(subscription, request.Uncounted(), InternalError, Service.Config.SendExceptionMessages ? text : InternalErrorText, "").ConfigureAwait(false);
            }
        }

        EarshotActivities.End(activity);
        Processed(Service.Time.GetElapsedTime(started));
    }

    private static void SetError(IAsyncEnumerator<NatsMsg<T>> requests, Activity? activity, string text, string errorType)
    {
        (requests as IHandledMessages)?.Failed(errorType);
        activity?.SetStatus(ActivityStatusCode.Error, text).SetTag(TelemetryNames.ErrorType, errorType);
    }

    private Activity? Begin(INatsSub<T> subscription, in NatsMsg<T> message) => MessageTelemetry.StartProcess(
        new ReceivedContext(message.Subject, message.ReplyTo, message.Headers, message.Size, message.Connection),
        MessageOrigin.Of(subscription, Service.Connection));

    private async Task AnswerAsync(INatsSub<T> subscription, NatsSvcMsg<T> request, int code, string text, string body)
    {
        if (request.ReplyTo is null)
        {
            return;
        }

        try
        {
            await request.ReplyErrorAsync(code, text, body, serializer: NatsUtf8PrimitivesSerializer<string>.Default).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Service.ReportException(e, subscription);
            if (e is not NatsException or NatsPayloadTooLargeException)
            {
                await AnswerShortlyAsync(request).ConfigureAwait(false);
            }
        }
    }

    // The answer of the application cannot be sent, for example because it is too large.
    private static async Task AnswerShortlyAsync(NatsSvcMsg<T> request)
    {
        try
        {
            await request.ReplyErrorAsync(InternalError, InternalErrorText).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The first exception has been reported.
        }
    }
}
