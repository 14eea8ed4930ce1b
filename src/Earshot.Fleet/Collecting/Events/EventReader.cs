using System.Globalization;
using System.Text.Json;
using Earshot.Fleet.Analysis;
using Earshot.Fleet.Reading;

namespace Earshot.Fleet.Collecting;

/// <summary>From a message of a server to the record that is stored. Only the members that are allowed are read.</summary>
internal static class EventReader
{
    private const string HiddenToken = "[REDACTED]";

    /// <summary>Reads an event.</summary>
    /// <param name="subject">The subject, which decides what the event is: some have no other sign of it.</param>
    /// <param name="json">The message.</param>
    /// <param name="received">When it was received.</param>
    /// <param name="redaction">What is kept of addresses.</param>
    /// <returns>The event; null for a message of another kind or form.</returns>
    public static SystemEvent? Read(string subject, ReadOnlyMemory<byte> json, DateTimeOffset received, FleetRedaction redaction)
    {
        if (EventSubjects.KindOf(subject) is not { } kind || Parse(json, kind) is not { } message || message.Server?.ToIdentity() is not { } server)
        {
            return null;
        }

        bool isOfClient = kind is ServerRecordKind.Connect or ServerRecordKind.Disconnect;
        if (isOfClient && (message.Client is null || string.IsNullOrEmpty(message.Id)))
        {
            return null;
        }

        var record = new ServerRecord
        {
            Kind = kind,
            At = Plausible.Time(message.Timestamp) ?? Plausible.Time(message.Server.Time) ?? received,
            Server = server,
            Received = received,
            Reason = kind == ServerRecordKind.Disconnect ? NullIfEmpty(message.Reason) : null,
            Client = isOfClient ? ClientOf(server, message.Client!, kind) : null,
        };
        IReadOnlyList<string>? routes = kind == ServerRecordKind.Stats
            ? [.. (message.Statistics?.Routes ?? []).Select(route => route?.Name).OfType<string>().Where(name => name.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]
            : null;
        return new SystemEvent((ServerRecord)redaction.Apply(record), IdOf(kind, server, message), routes);
    }

    // Marks happen once to a server; statistics have a number.
    private static string IdOf(ServerRecordKind kind, ServerIdentity server, EventMessage message) => kind switch
    {
        ServerRecordKind.LameDuck => $"{server.Id}:lameduck",
        ServerRecordKind.Shutdown => $"{server.Id}:shutdown",
        ServerRecordKind.Stats => string.Create(CultureInfo.InvariantCulture, $"{server.Id}:statsz:{message.Server!.Sequence}"),
        _ => message.Id!,
    };

    private static ServerClient ClientOf(ServerIdentity server, EventClient client, ServerRecordKind kind) => new(client.Id)
    {
        Start = Plausible.Time(client.Start),
        Stop = kind == ServerRecordKind.Disconnect ? Plausible.Time(client.Stop) : null,
        Account = NullIfEmpty(client.Account),
        User = ConnzRecords.MayBeToken(server, client.Account) || client.User == HiddenToken ? null : NullIfEmpty(client.User),
        Name = NullIfEmpty(client.Name),
        Ip = NullIfEmpty(client.Host),
        Lang = NullIfEmpty(client.Lang),
        Version = NullIfEmpty(client.Version),
        Kind = NullIfEmpty(client.Kind),
    };

    // A server announces its end by what it is, without a frame.
    private static EventMessage? Parse(ReadOnlyMemory<byte> json, ServerRecordKind kind)
    {
        try
        {
            return kind is ServerRecordKind.LameDuck or ServerRecordKind.Shutdown
                ? new EventMessage { Server = JsonSerializer.Deserialize(json.Span, EventJson.Default.EventServer) }
                : JsonSerializer.Deserialize(json.Span, EventJson.Default.EventMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
