using Earshot.LoadTest;
using Earshot.LoadTest.Opponents;
using Earshot.LoadTest.Sizes;

// Two programs in one: the load test, and the opponents it starts as processes of their own so that their work is not
// counted as the client's.
if (args is ["--opponent", .. var opponent])
{
    return ReferenceClientEntry.Run(opponent);
}

if (args is ["--scenario", var scenario, var path])
{
    return await SizeRun.MeasureHereAsync(scenario, path);
}

if (args.Contains("--help"))
{
    Console.WriteLine(LoadTestOptions.Usage);
    return 0;
}

LoadTestOptions options;
try
{
    options = LoadTestOptions.Parse(args);
}
catch (ArgumentException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    await Console.Error.WriteLineAsync(LoadTestOptions.Usage);
    return 2;
}

return options.Only switch
{
    null => await LoadTestRun.RunAsync(options),
    GrowthRun.Name => await GrowthRun.RunAsync(options),
    { } only => await SizeRun.RunAsync(only, options.Runs, options.NatsServer),
};
