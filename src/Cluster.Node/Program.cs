return await Cluster.Node.CommandLine.ClusterProgram.RunAsync(args, Console.Out, Console.Error);
