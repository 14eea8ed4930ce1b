using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Earshot.Cli.Doctor;

/// <summary>Asks the server for the user's account and permissions, with its clock, and for JetStream. Both requests change nothing.</summary>
internal sealed class AccountProbe(ProbePlan plan, Examination examination)
{
    private const string UserInfo = "$SYS.REQ.USER.INFO";
    private const string JetStreamInfo = "$JS.API.INFO";
    private const string NoResponders = "no responders";

    private static readonly TimeSpan s_tolerance = TimeSpan.FromSeconds(1);

    public async Task RunAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        await AskUserAsync(connection, cancellationToken).ConfigureAwait(false);
        await AskJetStreamAsync(connection, cancellationToken).ConfigureAwait(false);
    }

    private async Task AskUserAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        examination.Begin("account", "asking the server for the user");
        DateTimeOffset sent = plan.Time.GetUtcNow();
        (JsonDocument? answer, TimeSpan duration, string? problem) = await AskAsync(connection, UserInfo, cancellationToken).ConfigureAwait(false);
        using (answer)
        {
            JsonElement root = answer?.RootElement ?? default;
            if (Member(root, "data") is { ValueKind: JsonValueKind.Object } user)
            {
                JsonElement permissions = Member(user, "permissions");
                string allowed = PermissionText.Of(Member(permissions, "publish"), Member(permissions, "subscribe"));
                string account = Text(user, "account_name") is { Length: > 0 } name ? name : Text(user, "account");
                examination.Ok(
                    "account",
                    duration,
                    $"{account}, {(allowed.Length == 0 ? "all subjects allowed" : allowed)}",
                    new JsonObject { ["account"] = account, ["permissions"] = allowed.Length == 0 ? null : allowed });
            }
            else
            {
                examination.Unknown("account", $"the server does not say ({problem ?? "an answer without user"})");
            }

            if (DateTimeOffset.TryParse(Text(Member(root, "server"), "time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset clock))
            {
                ReportClock(clock - (sent + (duration / 2)), duration / 2);
            }
            else
            {
                examination.Unknown("clock", "the server does not say its time");
            }
        }
    }

    // The server read its clock somewhere between the request and its answer.
    private void ReportClock(TimeSpan difference, TimeSpan uncertainty)
    {
        string found = difference.Duration() <= uncertainty
            ? "no measurable difference"
            : $"the server is {Moment.Distance(difference)} {(difference < TimeSpan.Zero ? "behind" : "ahead")}";
        string text = $"{found} (within {Moment.Measured(uncertainty)})";
        var facts = new JsonObject { ["difference"] = difference.TotalSeconds, ["uncertainty"] = uncertainty.TotalSeconds };
        if (difference.Duration() - uncertainty > s_tolerance)
        {
            examination.Warn("clock", null, text, "set the clocks of both machines: expiry times of JWTs and certificates depend on them.", facts);
            return;
        }

        examination.Ok("clock", null, text, facts);
    }

    private async Task AskJetStreamAsync(NatsConnection connection, CancellationToken cancellationToken)
    {
        examination.Begin("jetstream", "asking the server for JetStream");
        (JsonDocument? answer, TimeSpan duration, string? problem) = await AskAsync(connection, JetStreamInfo, cancellationToken).ConfigureAwait(false);
        using (answer)
        {
            JsonElement root = answer?.RootElement ?? default;
            if (Member(root, "error") is { ValueKind: JsonValueKind.Object } error)
            {
                examination.Ok("jetstream", duration, $"not available: {Text(error, "description")}", new JsonObject { ["available"] = false });
            }
            else if (answer is not null)
            {
                long streams = Number(root, "streams");
                long consumers = Number(root, "consumers");
                long level = Number(Member(root, "api"), "level");
                examination.Ok(
                    "jetstream",
                    duration,
                    string.Create(CultureInfo.InvariantCulture, $"available: {streams} streams, {consumers} consumers, API level {level}"),
                    new JsonObject { ["available"] = true, ["streams"] = streams, ["consumers"] = consumers, ["apiLevel"] = level });
            }
            else if (problem == NoResponders)
            {
                examination.Ok("jetstream", duration, "not enabled on this server", new JsonObject { ["available"] = false });
            }
            else
            {
                examination.Unknown("jetstream", $"not known ({problem})");
            }
        }
    }

    private async Task<(JsonDocument? Answer, TimeSpan Duration, string? Problem)> AskAsync(NatsConnection connection, string subject, CancellationToken cancellationToken)
    {
        long start = plan.Time.GetTimestamp();
        try
        {
            NatsMsg<byte[]> reply = await connection.RequestAsync<byte[]>(subject, cancellationToken: cancellationToken).ConfigureAwait(false);
            TimeSpan duration = plan.Time.GetElapsedTime(start);
            return (JsonDocument.Parse(reply.Data ?? [], new JsonDocumentOptions { MaxDepth = 16 }), duration, null);
        }
        catch (Exception e) when (e is NatsNoRespondersException or NatsNoReplyException or NatsTimeoutException or NatsPermissionViolationException or JsonException)
        {
            string problem = e switch
            {
                NatsNoRespondersException => NoResponders,
                NatsPermissionViolationException => $"the user may not publish to {subject} or receive the answer",
                JsonException => "the answer is not JSON",
                _ => "no answer in time",
            };
            return (null, plan.Time.GetElapsedTime(start), problem);
        }
    }

    private static JsonElement Member(JsonElement parent, string name)
    {
        try
        {
            return parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement member) ? member : default;
        }
        catch (InvalidOperationException)
        {
            return default; // the name of another member has an escaped half of a surrogate pair
        }
    }

    private static string Text(JsonElement parent, string name)
    {
        try
        {
            return Member(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";
        }
        catch (InvalidOperationException)
        {
            return ""; // it has an escaped half of a surrogate pair
        }
    }

    private static long Number(JsonElement parent, string name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out long value) ? value : 0;
}
