using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Earshot.Dashboard.Tests.Kit;

/// <summary>A viewer that reads the server-sent events of a dashboard.</summary>
internal sealed class EventStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _items;

    private EventStream(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _items = SseParser.Create(stream).EnumerateAsync(DashboardApp.Cancel).GetAsyncEnumerator(DashboardApp.Cancel);
    }

    public string? LastId { get; private set; }

    public HttpResponseMessage Response => _response;

    public static async Task<EventStream> OpenAsync(DashboardApp app, string? after = null, string? lastId = null, string path = "/_nats/events")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}{(after is null ? "" : $"?after={after}")}");
        if (lastId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastId);
        }

        HttpResponseMessage response = await app.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, DashboardApp.Cancel);
        return new EventStream(response, await response.Content.ReadAsStreamAsync(DashboardApp.Cancel));
    }

    /// <summary>Returns the next message; fails when the stream ends.</summary>
    public async Task<(string Type, JsonNode Content)> NextAsync()
    {
        if (!await _items.MoveNextAsync().AsTask().WaitAsync(DashboardApp.Limit, DashboardApp.Cancel))
        {
            throw new EndOfStreamException("The stream of the dashboard has ended.");
        }

        LastId = _items.Current.EventId ?? LastId;
        return (_items.Current.EventType, JsonNode.Parse(_items.Current.Data)!);
    }

    /// <summary>Reads until a message satisfies the condition. Messages with rates arrive each second, so the whole has a limit.</summary>
    public async Task<JsonNode> UntilAsync(Func<string, JsonNode, bool> condition)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < DashboardApp.Limit)
        {
            (string type, JsonNode content) = await NextAsync();
            if (condition(type, content))
            {
                return content;
            }
        }

        throw new TimeoutException("No message of the dashboard satisfied the condition.");
    }

    /// <summary>Reads until an event of a kind arrives.</summary>
    public async Task<JsonNode> UntilKindAsync(string kind)
    {
        JsonNode message = await UntilAsync((_, content) => EventsOf(content).Any(e => e["kind"]!.GetValue<string>() == kind));
        return EventsOf(message).First(e => e["kind"]!.GetValue<string>() == kind);
    }

    public static IEnumerable<JsonNode> EventsOf(JsonNode content) => content["events"]?.AsArray().Select(e => e!) ?? [];

    public async ValueTask DisposeAsync()
    {
        await _items.DisposeAsync();
        _response.Dispose();
    }
}
