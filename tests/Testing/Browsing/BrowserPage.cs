using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Earshot.Testing;

/// <summary>
/// A page in a headless Chromium, driven by the DevTools protocol: no package, no port that is fixed. It collects what the page writes to the
/// console, its uncaught exceptions and every request. Chromium is the binary in CHROMIUM, or else the one on PATH; nothing is installed.
/// </summary>
internal sealed partial class BrowserPage : IAsyncDisposable
{
    private const string Missing =
        "There is no Chromium: set CHROMIUM to the path of a Chromium or Chrome, or put one on PATH (on Debian and Ubuntu: apt-get install chromium).";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly string[] s_navigated = ["Inspected target navigated or closed", "Execution context was destroyed", "Cannot find default execution context"];

    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _messages = [];
    private readonly List<string> _requests = [];
    private readonly Process _process;
    private readonly string _profile;
    private string? _session;
    private int _lastId;

    private BrowserPage(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Messages of the console, exceptions, and reports such as a violated policy.</summary>
    internal IReadOnlyList<string> Messages => _messages;

    /// <summary>The addresses of all requests.</summary>
    internal IReadOnlyList<string> Requests => _requests;

    [GeneratedRegex(@"DevTools listening on (ws://\S+)")]
    private static partial Regex Listening { get; }

    /// <summary>Opens a page.</summary>
    /// <param name="address">The file or the URL.</param>
    /// <param name="width">The width of the window.</param>
    /// <param name="isDark">Whether the page is shown dark.</param>
    /// <param name="cancellationToken">Cancels the start.</param>
    internal static async Task<BrowserPage> OpenAsync(Uri address, int width, bool isDark, CancellationToken cancellationToken)
    {
        string profile = Directory.CreateTempSubdirectory("earshot-chromium-").FullName;
        Process process = Process.Start(new ProcessStartInfo(
            FindChromium(),
            ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync", "--disable-extensions", $"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        var page = new BrowserPage(process, profile);
        try
        {
            await page.AttachAsync(width, isDark, cancellationToken).WaitAsync(s_limit, cancellationToken);
            await page.CallAsync("Page.navigate", new() { ["url"] = address.AbsoluteUri }, cancellationToken);
            await page.WaitForAsync("document.readyState === 'complete'", cancellationToken);
            return page;
        }
        catch
        {
            await page.DisposeAsync();
            throw;
        }
    }

    /// <summary>Returns a picture of the whole page, as PNG. The window is as high as the page afterwards.</summary>
    internal async Task<byte[]> CaptureAsync(int width, CancellationToken cancellationToken)
    {
        int height = (await EvaluateAsync("document.documentElement.scrollHeight", cancellationToken))!.GetValue<int>();
        await ResizeAsync(width, height, cancellationToken);
        await EvaluateAsync("new Promise(requestAnimationFrame)", cancellationToken);
        return Convert.FromBase64String((await CallAsync("Page.captureScreenshot", [], cancellationToken))["data"]!.GetValue<string>());
    }

    /// <summary>Returns the value of an expression in the page as JSON.</summary>
    internal async Task<JsonNode?> EvaluateAsync(string expression, CancellationToken cancellationToken)
    {
        JsonNode answer = await CallAsync("Runtime.evaluate", new() { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true }, cancellationToken);
        return answer["exceptionDetails"] is { } failure ? throw new InvalidOperationException($"{expression}: {failure.ToJsonString()}") : answer["result"]!["value"];
    }

    internal async Task<string> TextAsync(string selector, CancellationToken cancellationToken) =>
        (await EvaluateAsync($"document.querySelector({Quote(selector)}).innerText", cancellationToken))!.GetValue<string>();

    /// <summary>Waits until an expression is true; it is evaluated after each frame of the page, also of one that replaces it meanwhile.</summary>
    internal Task WaitForAsync(string expression, CancellationToken cancellationToken)
    {
        return Look().WaitAsync(s_limit, cancellationToken);

        async Task Look()
        {
            while (!await IsTrueAsync($"new Promise(done => requestAnimationFrame(() => done(Boolean({expression}))))", cancellationToken))
            {
            }
        }
    }

    // False also when the page navigates to another document during the evaluation, which then has no result.
    private async Task<bool> IsTrueAsync(string expression, CancellationToken cancellationToken)
    {
        try
        {
            return (await EvaluateAsync(expression, cancellationToken))!.GetValue<bool>();
        }
        catch (InvalidOperationException e) when (s_navigated.Any(text => e.Message.Contains(text, StringComparison.Ordinal)))
        {
            return false;
        }
    }

    /// <summary>Clicks into the middle of an element with the mouse.</summary>
    internal async Task ClickAsync(string selector, CancellationToken cancellationToken)
    {
        JsonNode place = (await EvaluateAsync(
            $"(() => {{ const e = document.querySelector({Quote(selector)}); e.scrollIntoView({{ block: 'center' }}); const b = e.getBoundingClientRect(); return {{ x: b.x + b.width / 2, y: b.y + b.height / 2 }}; }})()",
            cancellationToken))!;
        foreach (string type in (string[])["mouseMoved", "mousePressed", "mouseReleased"])
        {
            await CallAsync("Input.dispatchMouseEvent", new()
            {
                ["type"] = type,
                ["x"] = place["x"]!.GetValue<double>(),
                ["y"] = place["y"]!.GetValue<double>(),
                ["button"] = type == "mouseMoved" ? "none" : "left",
                ["clickCount"] = type == "mouseMoved" ? 0 : 1,
            }, cancellationToken);
        }
    }

    /// <summary>Presses a key that is not a character.</summary>
    internal async Task PressAsync(string key, CancellationToken cancellationToken)
    {
        foreach (string type in (string[])["keyDown", "keyUp"])
        {
            var press = new JsonObject { ["type"] = type, ["key"] = key, ["code"] = key };
            if (key == "Enter")
            {
                (press["windowsVirtualKeyCode"], press["text"]) = (13, type == "keyDown" ? "\r" : "");
            }

            await CallAsync("Input.dispatchKeyEvent", press, cancellationToken);
        }
    }

    /// <summary>Types text into the element that has the focus.</summary>
    internal Task TypeAsync(string text, CancellationToken cancellationToken) => CallAsync("Input.insertText", new() { ["text"] = text }, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    internal static string Quote(string text) => JsonSerializer.Serialize(text);

    private async Task AttachAsync(int width, bool isDark, CancellationToken cancellationToken)
    {
        string? address = null;
        while (address is null)
        {
            string line = await _process.StandardError.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException("Chromium ended before it listened.");
            address = Listening.Match(line) is { Success: true } match ? match.Groups[1].Value : null;
        }

        await _socket.ConnectAsync(new Uri(address), cancellationToken);
        JsonNode targets = await CallAsync("Target.getTargets", [], cancellationToken);
        string target = targets["targetInfos"]!.AsArray().First(info => info!["type"]!.GetValue<string>() == "page")!["targetId"]!.GetValue<string>();
        _session = (await CallAsync("Target.attachToTarget", new() { ["targetId"] = target, ["flatten"] = true }, cancellationToken))["sessionId"]!.GetValue<string>();
        foreach (string domain in (string[])["Page", "Runtime", "Log", "Network"])
        {
            await CallAsync($"{domain}.enable", [], cancellationToken);
        }

        await ResizeAsync(width, 900, cancellationToken);
        await CallAsync("Emulation.setEmulatedMedia", new()
        {
            ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = isDark ? "dark" : "light" }),
        }, cancellationToken);
    }

    private Task<JsonNode> ResizeAsync(int width, int height, CancellationToken cancellationToken) =>
        CallAsync("Emulation.setDeviceMetricsOverride", new() { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = false }, cancellationToken);

    private async Task<JsonNode> CallAsync(string method, JsonObject parameters, CancellationToken cancellationToken)
    {
        int id = ++_lastId;
        var call = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session is not null)
        {
            call["sessionId"] = _session;
        }

        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(call), WebSocketMessageType.Text, true, cancellationToken);
        while (true)
        {
            JsonNode message = await ReceiveAsync(cancellationToken).WaitAsync(s_limit, cancellationToken);
            if (message["id"]?.GetValue<int>() == id)
            {
                return message["error"] is { } error ? throw new InvalidOperationException($"{method}: {error.ToJsonString()}") : message["result"]!;
            }

            Note(message);
        }
    }

    private async Task<JsonNode> ReceiveAsync(CancellationToken cancellationToken)
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, cancellationToken);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonNode.Parse(message.ToArray())!;
    }

    private void Note(JsonNode message)
    {
        JsonNode? parameters = message["params"];
        switch (message["method"]?.GetValue<string>())
        {
            case "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Log.entryAdded":
                _messages.Add(parameters!.ToJsonString());
                break;
            case "Network.requestWillBeSent":
                _requests.Add(parameters!["request"]!["url"]!.GetValue<string>());
                break;
        }
    }

    private static string FindChromium()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } set)
        {
            return File.Exists(set) ? set : throw new InvalidOperationException($"CHROMIUM names {set}, which does not exist. {Missing}");
        }

        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return s_names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists) ?? throw new InvalidOperationException(Missing);
    }
}
