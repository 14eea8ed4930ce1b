using Earshot.Hosting.Tests.Kit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace Earshot.Hosting.Tests.Configuration;

public sealed class ConfigurationTests
{
    [Fact]
    public void Options_come_from_the_section()
    {
        NatsOpts opts = Hosts.Options(Hosts.Builder(("Nats:Url", "nats://a:1"), ("Nats:PingInterval", "00:00:07"), ("nats:maxpingout", "5"), ("Nats:TlsOpts:CaFile", "ca.pem")));
        Assert.Equal(("nats://a:1", TimeSpan.FromSeconds(7), 5, "ca.pem"), (opts.Url, opts.PingInterval, opts.MaxPingOut, opts.TlsOpts.CaFile));
    }

    [Fact]
    public void Connection_string_takes_precedence_over_the_section_and_code_over_both()
    {
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", "nats://section:1"), ("ConnectionStrings:nats", "nats://string:2"), ("Nats:Name", "section"));
        builder.Services.AddNats(configureOpts: opts => opts with { Name = $"{opts.Name} and code ({opts.Url})" });
        Assert.Equal("section and code (nats://string:2)", Hosts.Options(builder).Name);
    }

    [Fact]
    public void Servers_are_a_list_or_a_text()
    {
        Assert.Equal("nats://a:1,nats://b:2", Hosts.Options(Hosts.Builder(("Nats:Servers:0", "nats://a:1"), ("Nats:Servers:1", "nats://b:2"))).Url);
        Assert.Equal("nats://a:1,nats://b:2", Hosts.Options(Hosts.Builder(("Nats:Servers", "nats://a:1,nats://b:2"))).Url);
        Assert.Equal("nats://a:1,nats://b:2", Hosts.Options(Hosts.Builder(("Nats:Url:0", "nats://a:1"), ("Nats:Url:1", "nats://b:2"))).Url);
    }

    [Fact]
    public void Request_headers_of_web_sockets_are_a_section()
    {
        NatsOpts opts = Hosts.Options(Hosts.Builder(("Nats:WebSocketOpts:RequestHeaders:X-Key", "1"), ("Nats:WebSocketOpts:RequestHeaders:X-List:0", "2"), ("Nats:WebSocketOpts:RequestHeaders:X-List:1", "3")));
        Assert.Equal("1", opts.WebSocketOpts.RequestHeaders!["X-Key"].ToString());
        Assert.Equal(["2", "3"], opts.WebSocketOpts.RequestHeaders["X-List"].ToArray());
    }

    [Fact]
    public void Keyed_connection_has_a_section_and_a_connection_string_of_its_own()
    {
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Url", "nats://a:1"), ("Nats:orders:Name", "for orders"), ("ConnectionStrings:orders", "nats://b:2"));
        builder.Services.AddNats().AddKeyedNats("orders");
        using IHost host = builder.Build();
        NatsOpts orders = host.Services.GetRequiredKeyedService<INatsConnection>("orders").Opts;
        Assert.Equal(("for orders", "nats://b:2"), (orders.Name, orders.Url));
        Assert.Equal("nats://a:1", host.Services.GetRequiredService<INatsConnection>().Opts.Url);
    }

    [Fact]
    public void Hosted_connection_has_the_name_of_the_application_and_retries_its_first_connect()
    {
        NatsOpts opts = Hosts.Options(Hosts.Builder());
        Assert.Equal(("test-app", true), (opts.Name, opts.RetryOnInitialConnect));
        Assert.Equal("test-app orders", Hosts.Options(Hosts.Builder(), "orders").Name);
    }

    [Fact]
    public void Plain_services_without_configuration_have_the_defaults()
    {
        using ServiceProvider provider = new ServiceCollection().AddNats().BuildServiceProvider();
        Assert.Equal(NatsOpts.Default.Url, provider.GetRequiredService<INatsConnection>().Opts.Url);
    }

    [Theory]
    [InlineData("Nats:PingInterval", "10", "Nats:PingInterval: '10' is not a duration as hh:mm:ss, such as 00:00:10 or 00:00:00.250, or Infinite.")]
    [InlineData("Nats:PingInterval", "00:30", "Nats:PingInterval: '00:30' is not a duration as hh:mm:ss, such as 00:00:10 or 00:00:00.250, or Infinite.")]
    [InlineData("Nats:PingInterval", "24:00:00", "Nats:PingInterval: '24:00:00' is not a duration as hh:mm:ss, such as ")]
    [InlineData("Nats:WebSocketOpts:RequestHeaders", "X-Key: 1", "Nats:WebSocketOpts:RequestHeaders is a text; it must be a section with a key for each header.")]
    [InlineData("Nats:WebSocketOpts:RequestHeaders:X-Key:a:b", "1", "Nats:WebSocketOpts:RequestHeaders:X-Key must be one value or a list, not a section.")]
    [InlineData("Nats:MaxPingOut", "two", "Nats:MaxPingOut: 'two' is not a whole number.")]
    [InlineData("Nats:MaxPingOut", "0", "Nats:MaxPingOut: ")]
    [InlineData("Nats:Url", "nats://a:1:2", "Nats:Url: ")]
    [InlineData("ConnectionStrings:nats", "gopher://a", "ConnectionStrings:nats: ")]
    [InlineData("Nats:TlsOpts:Mode", "7", "Nats:TlsOpts:Mode: '7' is not one of ")]
    [InlineData("Nats:PingIntervall", "00:00:01", "Nats:PingIntervall is not an option of the connection. Did you mean PingInterval?")]
    [InlineData("Nats:TlsOpts:CaFiel", "x", "Nats:TlsOpts:CaFiel is not an option of the connection. Did you mean TlsOpts:CaFile?")]
    [InlineData("Nats:LoggerFactory", "x", "Nats:LoggerFactory cannot be set by configuration; set it in code.")]
    [InlineData("Nats:Echo:Deep", "x", "Nats:Echo must be one value, not a section.")]
    [InlineData("Nats", "nats://a:1", "Nats is a text; it must be a section with the options of the connection.")]
    [InlineData("Nats:ConnectOnStart", "Maybe", "Nats:ConnectOnStart: 'Maybe' is not one of No, Background, Required.")]
    [InlineData("Nats:AuthOpts:Seed", "SUnonsense", "Nats:AuthOpts:Seed: ")]
    public async Task Value_that_cannot_be_used_stops_the_start_with_its_key(string key, string value, string message)
    {
        HostApplicationBuilder builder = Hosts.Builder((key, value));
        builder.Services.AddNats();
        using IHost host = builder.Build();
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Hosts.Cancel));
        Assert.Contains(refused.Failures, failure => failure.StartsWith(message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Host=db;Username=sa;Password=hunter2")]
    [InlineData("Server=db;User Id=sa;Password=hunter2")]
    [InlineData("nats://sa:hunter2@n1:99999")]
    [InlineData("ws://sa@hunter2,nats://sa@hunter2:1")]
    public async Task Connection_string_that_is_no_list_of_servers_is_not_repeated(string text)
    {
        HostApplicationBuilder builder = Hosts.Builder(("ConnectionStrings:orders", text), ("ConnectionStrings:other", text));
        builder.Services.AddKeyedNats("orders");
        using IHost host = builder.Build();
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Hosts.Cancel));
        const string Text = "the value is not a list of server URLs, such as nats://n1:4222,nats://n2:4222.";
        Assert.Equal($"ConnectionStrings:orders: {Text} The name is that of the key of the connection; WithConnectionString selects another one.", Assert.Single(refused.Failures));
        Assert.DoesNotContain("hunter2", refused.ToString(), StringComparison.Ordinal);

        HostApplicationBuilder named = Hosts.Builder(("ConnectionStrings:orders", text), ("ConnectionStrings:other", text));
        named.Services.AddKeyedNats("orders", nats => nats.WithConnectionString("other"));
        using IHost second = named.Build();
        OptionsValidationException alsoRefused = await Assert.ThrowsAsync<OptionsValidationException>(() => second.StartAsync(Hosts.Cancel));
        Assert.Equal($"ConnectionStrings:other: {Text}", Assert.Single(alsoRefused.Failures));
    }

    [Fact]
    public async Task Section_of_no_keyed_connection_is_refused_when_there_is_no_other_connection()
    {
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Orderz:Url", "nats://a:1"), ("Nats:Billing:Url", "nats://b:1"));
        builder.Services.AddKeyedNats("billing").AddKeyedNats("orders");
        using IHost host = builder.Build();
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Hosts.Cancel));
        Assert.Equal("Nats:Orderz is neither an option nor the section of a keyed connection. Did you mean orders?", Assert.Single(refused.Failures));
    }

    [Fact]
    public async Task Sections_and_options_that_keyed_connections_share_a_section_with_are_accepted()
    {
        HostApplicationBuilder builder = Hosts.Builder(
            ("Nats:Orders:Url", "nats://a:1"),
            ("Nats:billing:Url", "nats://b:1"),
            ("Nats:Url", "nats://another-process:1"),
            ("Nats:AuthOpts:Username", "another-process"),
            ("Nats:ConnectOnStart", "Background"),
            ("Messaging:Events:Url", "nats://c:1"),
            ("Messaging:Enabled", "true"));
        builder.Services.AddKeyedNats("orders").AddKeyedNats("billing").AddKeyedNats("unconfigured").AddKeyedNats("events", nats => nats.WithSection("Messaging:Events"));
        using IHost host = builder.Build();
        await host.StartAsync(Hosts.Cancel);
        Assert.Equal("nats://c:1", host.Services.GetRequiredKeyedService<INatsConnection>("events").Opts.Url);
        await host.StopAsync(Hosts.Cancel);
    }

    [Fact]
    public async Task Password_in_a_value_that_cannot_be_used_is_not_repeated()
    {
        HostApplicationBuilder builder = Hosts.Builder(("Nats:ProxyUrl", "user:hidden-secret@proxy"), ("ConnectionStrings:nats", "nats://user:hidden-secret@a:b:c"));
        builder.Services.AddNats();
        using IHost host = builder.Build();
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Hosts.Cancel));
        Assert.DoesNotContain("hidden-secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Servers_that_are_named_twice_are_refused()
    {
        HostApplicationBuilder builder = Hosts.Builder(("Nats:Servers", "nats://a:1"), ("Nats:Url", "nats://b:1"));
        builder.Services.AddNats();
        using IHost host = builder.Build();
        OptionsValidationException refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Hosts.Cancel));
        Assert.Equal("Nats:Url and Nats:Servers both name the servers; use one of them.", Assert.Single(refused.Failures));
    }
}
